package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Conversions that cannot end.
class NothingLeftTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"--clamp", "--split-max-size=200M"})
  @Timeout(60)
  void anInterruptedConversionLeavesNothingBehind(String option)
      throws IOException, InterruptedException {
    Path model = LargeModel.write(folder.resolve("large"), 2048, 40_960);
    Path out = Files.createDirectory(folder.resolve("out"));
    Path log = folder.resolve("log");
    Process quern =
        Child.start(
            "-Xmx300m",
            Quern.class,
            log,
            "convert",
            model,
            "--to",
            "Q2_K",
            "-o",
            out,
            "-t",
            1,
            option);
    while (TinyModel.names(out).isEmpty() && quern.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(TinyModel.names(out)).isNotEmpty().allMatch(name -> name.endsWith(".part"));

    // who is started in the background by some shells has no Ctrl-C, and its children neither
    String signal = Child.ignoresInterrupts() ? "-TERM" : "-INT";
    Assumptions.assumeTrue(Child.run("kill", signal, quern.pid()) == 0, "no kill command");

    assertThat(quern.waitFor()).isEqualTo(signal.equals("-INT") ? 130 : 143);
    assertThat(TinyModel.names(out)).isEmpty();
    assertThat(TinyModel.read(log).lines().filter(line -> !line.contains("incubator"))).isEmpty();
  }

  @Test
  void aFullDiskLeavesNothingBehindAndSaysHowMuchIsNeeded() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    int mounted = Child.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
    Assumptions.assumeTrue(mounted == 0, "a small disk cannot be mounted here");
    try {
      Path other = TinyModel.write(disk.resolve("other"), new byte[700_000]);

      Run run = Run.of("convert", TinyModel.LLAMA, "--to", "F32", "-o", disk);

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.err()).containsPattern("tiny-llama-F32.gguf: \\d{6} bytes are needed");
      assertThat(TinyModel.names(disk)).containsExactly("other");

      TinyModel.write(other, new byte[1_000_000]);
      Path kept = TinyModel.write(disk.resolve(".tiny-llama-F32.gguf.part"), new byte[0]);
      Run rest = Run.of("convert", TinyModel.LLAMA, "--to", "F32,Q8_0", "--resume", "-o", disk);
      assertThat(rest.code()).isEqualTo(1);
      assertThat(rest.err()).containsPattern("tiny-llama-Q8_0.gguf: \\d{5,6} bytes are needed");
      Files.delete(kept);
      Files.delete(other);
      assertThat(Run.of("convert", TinyModel.LLAMA, "--to", "F32", "-o", disk).code()).isZero();
    } finally {
      Child.run("umount", disk);
    }
  }
}
