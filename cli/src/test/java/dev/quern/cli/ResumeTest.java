package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Conversions that are killed and go on.
class ResumeTest {
  private static final String FILE = "large-Q2_K.gguf";
  private static final String PART = "." + FILE + ".part";
  private static final String JOURNAL = PART + ".journal";

  @TempDir Path folder;

  @Test
  @Timeout(120)
  void aConversionThatWasKilledGoesOnWhereItWas() throws IOException, InterruptedException {
    Path model = LargeModel.writeRandom(folder.resolve("large"), 2048, 4096);
    Path out = Files.createDirectory(folder.resolve("out"));
    Object[] command = {"convert", model, "--to", "Q2_K", "-o", out, "-t", 1, "--resume"};

    Path log = folder.resolve("log");
    Process quern = Child.start("-Xmx300m", Quern.class, log, command);
    Path journal = out.resolve(JOURNAL);
    long begun = 0;
    while (quern.isAlive() && (begun == 0 || Files.size(journal) == begun)) {
      TimeUnit.MILLISECONDS.sleep(10);
      if (begun == 0 && Files.exists(journal)) {
        begun = Files.size(journal);
      }
    }
    quern.destroyForcibly().waitFor();
    assertThat(TinyModel.names(out)).as(TinyModel.read(log)).containsExactly(PART, JOURNAL);

    Run resumed = Run.of(command);
    assertThat(resumed.code()).as(resumed.err()).isZero();
    assertThat(TinyModel.names(out)).containsExactly(FILE);

    Path whole = folder.resolve("whole.gguf");
    assertThat(Run.of("convert", model, "--to", "Q2_K", "-o", whole).code()).isZero();
    assertThat(Files.mismatch(out.resolve(FILE), whole)).isEqualTo(-1);
  }

  @Test
  void shrinkForgetsWhatItKeptWhenAllIsDone() throws IOException {
    Path text = TinyModel.text(folder, 4000);
    Path out = folder.resolve("out");
    Object[] command = {
      "shrink", TinyModel.LLAMA, "--to", "Q8_0", "-o", out, "--text", text, "--ctx", 32, "--resume"
    };
    assertThat(Run.of(command).code()).isZero();
    assertThat(TinyModel.names(out))
        .contains("tiny-llama-Q8_0.gguf", "report.json")
        .noneMatch(name -> name.endsWith(".journal"));
    assertThat(Run.of(command).code()).isZero();
  }

  @Test
  void whatIsKeptOfAnotherConversionIsRefusedOrThrownAway() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    Path journal = out.resolve(".tiny-llama-Q8_0.gguf.part.journal");
    String settings = "converted by somebody else";
    byte[] bytes = ("quernjnl\0\0\0" + (char) settings.length() + settings).getBytes(UTF_8);
    TinyModel.write(journal, bytes);
    Object[] command = {"convert", TinyModel.LLAMA, "--to", "Q8_0", "-o", out, "--resume"};

    Run refused = Run.of(command);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err().lines()).hasSize(1);
    assertThat(refused.err())
        .contains("a journal of another conversion: it has \"converted by somebody else\"")
        .contains("--force starts anew");

    assertThat(Run.of("convert", TinyModel.LLAMA, "--to", "Q8_0", "-o", out, "--resume", "--force"))
        .extracting(Run::code)
        .isEqualTo(0);
    assertThat(TinyModel.names(out)).containsExactly("tiny-llama-Q8_0.gguf");
  }
}
