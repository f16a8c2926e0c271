package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DiffCommandTest {
  @TempDir Path folder;

  @Test
  void aFileIsTheSameAsItself() {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);

    Run run = Run.of("diff", file, file, "--same", "--max-error", "0");

    assertThat(run.code()).isZero();
    assertThat(run.out()).contains("no difference: 21 tensors and all metadata are the same");
  }

  @Test
  void showsWhatQuantizationChangedWorstFirst() {
    Path source = TinyModel.gguf(TinyModel.LLAMA, "F32", folder);
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q4_0", folder);

    Run run = Run.of("diff", source, file);

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("tensors   5 the same, 16 changed, 0 reshaped, 0 only in A, 0 only in B")
        .contains("general.file_type: 0 -> 2")
        .containsPattern("blk.0.attn_q.weight +F32 +Q4_0 +0\\.0\\d+ +0\\.\\d+");
    assertThat(Run.of("diff", source, file, "--same").code()).isEqualTo(3);
    assertThat(Run.of("diff", source, file, "--max-error", "0.2").code()).isZero();
    assertThat(Run.of("diff", source, file, "--max-error", "0.01").code()).isEqualTo(3);
  }

  @Test
  void aFolderIsComparedAsItWouldBeConverted() {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "F32", folder);

    Run run = Run.of("diff", TinyModel.LLAMA, file, "--max-error", "0");

    assertThat(run.code()).as(run.out()).isZero();
  }

  @Test
  void twoCheckpointsAreComparedUnderTheirOwnNames() {
    Run run = Run.of("diff", TinyModel.LLAMA, TinyModel.LLAMA3, "--max-error", "9", "--json");

    assertThat(run.code()).isEqualTo(3);
    JsonNode document = TinyModel.json(run.out());
    assertThat(document.get("same").booleanValue()).isFalse();
    JsonNode head =
        StreamSupport.stream(document.get("tensors").spliterator(), false)
            .filter(one -> one.get("name").textValue().equals("lm_head.weight"))
            .findFirst()
            .orElseThrow();
    assertThat(head.get("difference").textValue()).isEqualTo("only in a");
    Path file = TinyModel.LLAMA.resolve("model.safetensors");
    assertThat(Run.of("diff", file, TinyModel.LLAMA, "--same").code()).isZero();
  }

  @Test
  void refusesWhatIsNotThereAndWrongLimits() {
    Run missing = Run.of("diff", TinyModel.LLAMA, folder.resolve("b.gguf"));
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("b.gguf: no such file or folder");
    Run negative = Run.of("diff", TinyModel.LLAMA, TinyModel.LLAMA, "--max-error", "-1");
    assertThat(negative.code()).isEqualTo(2);
    Run alone = Run.of("diff", TinyModel.LLAMA);
    assertThat(alone.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "micro-meta-2,micro-meta-4",
    "micro-bin/pytorch_model.bin,micro-bin/sequence.bin",
    "micro-bin/pytorch_model.bin,micro/model.safetensors",
    "micro-bin/epoch.ckpt,micro",
    "mistral,mistral/consolidated.safetensors"
  })
  void oneModelIsTheSameInAnyContainer(String first, String second) {
    Path containers = TinyModel.GOLDEN.resolve("containers");
    Run run =
        Run.of("diff", containers.resolve(first), containers.resolve(second), "--same", "--json");
    assertThat(run.code()).as(run.out() + run.err()).isZero();
  }

  @Test
  void twoFoldersOfMetasThatDifferSaySo() throws IOException {
    Path containers = TinyModel.GOLDEN.resolve("containers");
    Path changed = TinyModel.copy(containers.resolve("micro-meta-1"), folder.resolve("changed"));
    Path file = changed.resolve("consolidated.00.pth");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 0x10;
    Files.write(file, bytes);
    Run run = Run.of("diff", containers.resolve("micro-meta-1"), changed, "--same");
    assertThat(run.code()).as(run.err()).isEqualTo(3);
    assertThat(run.out()).contains("1 changed");
  }
}
