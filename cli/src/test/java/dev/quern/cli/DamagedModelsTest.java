package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models that chance has damaged: whatever a command makes of one, it does not break.
class DamagedModelsTest {
  private static final int COPIES = 25;
  private static final String LETTERS = "0123456789-[]{}\",:eE. ";

  @TempDir Path folder;

  @Test
  void ggufFilesAreRunOrRefused() {
    List<Path> models =
        List.of(
            TinyModel.gguf(TinyModel.LLAMA, "F16", folder),
            TinyModel.gguf(TinyModel.LLAMA3, "Q8_0", folder),
            TinyModel.gguf(TinyModel.MISTRAL, "F16", folder));
    for (int seed = 0; seed < COPIES; seed++) {
      Random random = new Random(seed);
      byte[] good = TinyModel.bytes(models.get(random.nextInt(models.size())));
      int most = random.nextBoolean() ? 1500 : good.length;
      Path file = TinyModel.write(folder.resolve("damaged.gguf"), damage(good, most, random));
      assertHarmless(file, "seed " + seed);
    }
  }

  @Test
  void foldersAreRunOrRefused() {
    for (int seed = 0; seed < COPIES; seed++) {
      Random random = new Random(seed);
      Path source = TinyModel.ALL.get(random.nextInt(TinyModel.ALL.size()));
      Path model = TinyModel.copy(source, folder.resolve("model-" + seed));
      List<String> names = TinyModel.names(model);
      Path file = model.resolve(names.get(random.nextInt(names.size())));
      byte[] good = TinyModel.bytes(file);
      int most = file.toString().endsWith(".safetensors") ? 2500 : good.length;
      TinyModel.write(file, damage(good, most, random));
      assertHarmless(model, "seed " + seed + ", " + file.getFileName());
    }
  }

  private void assertHarmless(Path model, String which) {
    Path text = TinyModel.text(folder, 800);
    Path out = folder.resolve("out.gguf");
    assertHarmless(Run.of("inspect", model), which);
    assertHarmless(Run.of("inspect", model, "--json", "--full"), which);
    assertHarmless(Run.of("tokenize", model, "it's 1234 mills"), which);
    assertHarmless(Run.of("convert", model, "--to", "Q4_0", "-o", out, "--force"), which);
    assertHarmless(Run.of("generate", model, "-p", "a mill", "-n", 3, "-t", 1, "--json"), which);
    Run verify = Run.of("verify", model, "--text", text, "--ctx", 16, "--chunks", 1, "-t", 1);
    assertHarmless(verify, which);
  }

  private static void assertHarmless(Run run, String which) {
    assertThat(run.code()).as(which).isIn(ExitCode.DONE, ExitCode.FAILED, ExitCode.GATE_MISSED);
    assertThat(run.err()).as(which).doesNotContain("mistake in quern").doesNotContain("null");
    if (run.code() == ExitCode.FAILED) {
      assertThat(run.out()).as(which).isEmpty();
      assertThat(run.err()).as(which).contains("quern: ");
    }
  }

  private static byte[] damage(byte[] good, int most, Random random) {
    byte[] copy = good.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(most);
      switch (random.nextInt(5)) {
        case 0 -> copy[at] = (byte) random.nextInt(256);
        case 1 -> copy[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> copy[at] = 0;
        case 3 -> copy[at] = (byte) LETTERS.charAt(random.nextInt(LETTERS.length()));
        default -> {
          for (int j = at; j < Math.min(at + 4, copy.length); j++) {
            copy[j] = -1;
          }
        }
      }
    }
    return copy;
  }
}
