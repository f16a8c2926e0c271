package dev.quern.formats.flax;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Golden;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Weights of EasyLM's and Flax's; the files come from `src/test/golden/make_flax_goldens.py`.
final class FlaxFileTest {
  @TempDir private Path folder = Path.of("");

  private Path golden(String name) throws IOException {
    return Files.write(folder.resolve(name), Golden.bytes("flax/" + name));
  }

  private ModelConfig config() throws IOException {
    Path file = folder.resolve("config.json");
    return ModelConfig.read(Files.writeString(file, "{\"num_attention_heads\": 4}"));
  }

  private static byte[] bytes(SourceTensor tensor) {
    return tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
  }

  private static void assertSame(Checkpoint got, Checkpoint wanted) {
    assertThat(got.tensors()).hasSameSizeAs(wanted.tensors());
    for (SourceTensor one : wanted.tensors()) {
      SourceTensor tensor = got.tensor(one.name()).orElseThrow(() -> new AssertionError(one));
      assertThat(tensor.dtype()).as(one.name()).isEqualTo(one.dtype());
      assertThat(tensor.shape()).as(one.name()).isEqualTo(one.shape());
      assertThat(bytes(tensor)).as(one.name()).isEqualTo(bytes(one));
    }
  }

  @Test
  void readsALlamaOfEasyLmsAsHuggingFaceHasIt() throws IOException {
    Path stream = golden("stream");
    assertThat(FlaxFile.isOne(stream)).isTrue();
    try (Checkpoint got = FlaxLayout.of(FlaxFile.open(stream), config());
        Checkpoint wanted = SafetensorsFile.open(golden("stream.safetensors"))) {
      assertSame(got, wanted);
      assertThat(got.notes()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"flax.msgpack", "flax-stream"})
  void readsWhatFlaxItselfWrites(String name) throws IOException {
    try (Checkpoint got = FlaxFile.open(golden(name));
        Checkpoint wanted = SafetensorsFile.open(golden("flax.safetensors"))) {
      assertSame(got, wanted);
    }
  }

  @Test
  void readsAnyRunOfAnArrayInChunks() throws IOException {
    try (Checkpoint got = FlaxFile.open(golden("flax.msgpack"))) {
      SourceTensor tensor = got.tensor("cube").orElseThrow();
      byte[] all = bytes(tensor);
      assertThat(tensor.data().mapped()).isEmpty();
      for (int first = 0; first <= 78; first++) {
        for (int count = 0; first + count <= 78; count++) {
          byte[] run = new byte[2 * count];
          tensor.data().read(first, count, MemorySegment.ofArray(run));
          assertThat(run).isEqualTo(Arrays.copyOfRange(all, 2 * first, 2 * (first + count)));
        }
      }
    }
  }

  @Test
  void readsAnyRunOfATurnedMatrix() throws IOException {
    try (Checkpoint got = FlaxLayout.of(FlaxFile.open(golden("stream")), config())) {
      SourceTensor tensor = got.tensor("model.layers.1.self_attn.k_proj.weight").orElseThrow();
      byte[] all = bytes(tensor);
      for (int first = 0; first < 256; first += 23) {
        int count = Math.min(41, 256 - first);
        byte[] part = new byte[2 * count];
        tensor.data().read(first, count, MemorySegment.ofArray(part));
        assertThat(part).isEqualTo(Arrays.copyOfRange(all, 2 * first, 2 * (first + count)));
      }
    }
  }

  @Test
  void readsAFileOfFlaxsWithoutTheStateOfItsOptimizer() throws IOException {
    Path tree = golden("tree.msgpack");
    assertThat(FlaxFile.isOne(tree)).isTrue();
    try (Checkpoint got = FlaxFile.open(tree);
        Checkpoint wanted = SafetensorsFile.open(golden("tree.safetensors"))) {
      assertSame(got, wanted);
      assertThat(got.notes())
          .containsExactly(tree + ": 2 values that are no weights were left out, such as step");
      assertThat(FlaxLayout.of(got, config())).isSameAs(got);
    }
  }

  @Test
  void isNotToldFromOtherFiles() throws IOException {
    assertThat(FlaxFile.isOne(golden("stream.safetensors"))).isFalse();
    assertThat(FlaxFile.isOne(folder)).isFalse();
    assertThat(FlaxFile.isOne(folder.resolve("none"))).isFalse();
    assertThat(FlaxFile.isOne(Files.write(folder.resolve("short"), new byte[] {(byte) 0x92})))
        .isFalse();
  }

  @Test
  void refusesWhatIsNoPartOfALlama() throws IOException {
    byte[] vector = MessageBytes.array("float32", 8, 2);
    String unknown = "is none of a LLaMA of EasyLM's";
    assertNotALlama(unknown, vector, "transformer", "h", "0", "attention", "wz", "kernel");
    assertNotALlama(unknown, vector, "transformer", "bias");
    assertNotALlama("tensor lm_head.kernel is 2, wanted a matrix", vector, "lm_head", "kernel");
    assertNotALlama(
        "has 6 outputs, which are no pairs for 4 heads",
        MessageBytes.array("float32", 48, 2, 6),
        "transformer",
        "h",
        "0",
        "attention",
        "wq",
        "kernel");
  }

  private void assertNotALlama(String message, byte[] array, String... name) throws IOException {
    byte[] embedding = MessageBytes.array("float32", 24, 3, 2);
    Path file = folder.resolve("m");
    Files.write(
        file,
        MessageBytes.joined(
            MessageBytes.pair(embedding, "transformer", "wte", "embedding"),
            MessageBytes.pair(array, name)));
    ModelConfig config = config();
    try (Checkpoint stored = FlaxFile.open(file)) {
      assertThatThrownBy(() -> FlaxLayout.of(stored, config))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(message);
      assertThat(stored.tensors().getFirst().shape()).isEqualTo(Shape.of(2, 3));
    }
  }
}
