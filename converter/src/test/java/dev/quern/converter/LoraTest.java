package dev.quern.converter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.Merging.Adapter;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Adapters added to a base: chains of fused multiply-adds to the bit, and PyTorch's result within
/// two units in the last place. The files come from `src/test/golden/make-loras.py`.
final class LoraTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/loras");
  private static final Path BASE = Path.of("src/test/resources/golden/deltas/base");

  @TempDir private Path scratch = Path.of("");

  @ParameterizedTest
  @CsvSource({"plain,3", "stabilized,1", "dora,2", "embeddings,3"})
  void mergesAsPeftDoes(String name, int changed) {
    try (MergedModel model = merge(BASE, adapter(name))) {
      assertMerged(model.checkpoint(), GOLDEN.resolve(name), changed);
    }
  }

  @Test
  void mergesKohyasNamesIntoStableDiffusions() {
    Path folder = GOLDEN.resolve("kohya");
    try (MergedModel model =
        merge(folder.resolve("base.safetensors"), folder.resolve("lora.safetensors"))) {
      assertMerged(model.checkpoint(), folder, 5);
    }
  }

  private static void assertMerged(Checkpoint merged, Path folder, int changed) {
    int seen = 0;
    try (SafetensorsFile wanted = SafetensorsFile.open(folder.resolve("merged.safetensors"))) {
      assertThat(wanted.tensors()).hasSize(changed);
      for (SourceTensor tensor : merged.tensors()) {
        Optional<SourceTensor> result = wanted.tensor(tensor.name());
        assertThat(tensor.data().made().isEmpty()).isEqualTo(result.isEmpty());
        if (result.isPresent()) {
          assertThat(tensor.dtype()).isEqualTo(result.get().dtype());
          assertThat(tensor.shape()).isEqualTo(result.get().shape());
          assertThat(farthest(tensor, result.get())).as(tensor.name()).isLessThanOrEqualTo(2);
          seen++;
        }
      }
    }
    assertThat(seen).isEqualTo(changed);
  }

  /// The largest distance of two numbers, in units of the last place.
  private static long farthest(SourceTensor first, SourceTensor second) {
    MemorySegment left = first.bytes();
    MemorySegment right = second.bytes();
    long farthest = 0;
    boolean wide = first.dtype() == DType.F32;
    for (long at = 0; at < left.byteSize(); at += wide ? 4 : 2) {
      long a = wide ? left.get(Le.INT, at) : left.get(Le.SHORT, at);
      long b = wide ? right.get(Le.INT, at) : right.get(Le.SHORT, at);
      farthest = Math.max(farthest, Math.abs(ordered(a) - ordered(b)));
    }
    return farthest;
  }

  private static long ordered(long bits) {
    return bits < 0 ? -(bits & (bits < Short.MIN_VALUE ? 0x7fffffffL : 0x7fffL)) : bits;
  }

  @Test
  void everyNumberIsAChainOfFusedMultiplyAdds() {
    Path adapter = adapter("plain");
    String name = "model.layers.0.self_attn.q_proj";
    try (MergedModel model = merge(BASE, adapter);
        SafetensorsFile base = SafetensorsFile.open(BASE.resolve("model.safetensors"));
        SafetensorsFile lora = SafetensorsFile.open(adapter.resolve("adapter_model.safetensors"))) {
      MemorySegment w = base.tensor(name + ".weight").orElseThrow().bytes();
      MemorySegment a = lora.tensor("base_model.model." + name + ".lora_A.weight").get().bytes();
      MemorySegment b = lora.tensor("base_model.model." + name + ".lora_B.weight").get().bytes();
      MemorySegment merged = model.checkpoint().tensor(name + ".weight").orElseThrow().bytes();
      for (int row = 0; row < 64; row++) {
        for (int column = 0; column < 64; column++) {
          float chain = 0;
          for (int k = 0; k < 8; k++) {
            chain =
                Math.fma(
                    b.get(Le.FLOAT, 4L * (row * 8 + k)),
                    a.get(Le.FLOAT, 4L * (k * 64 + column)),
                    chain);
          }
          long at = 2L * (row * 64 + column);
          float added = chain * 2;
          float sum = Float.float16ToFloat(w.get(Le.SHORT, at)) + added;
          assertThat(merged.get(Le.SHORT, at)).isEqualTo(Float.floatToFloat16(sum));
        }
      }
    }
  }

  @Test
  void anyPartOfATensorReadsAsInTheWhole() {
    Random random = new Random(3);
    for (String name : List.of("plain", "stabilized", "dora", "embeddings")) {
      try (MergedModel model = merge(BASE, adapter(name))) {
        for (SourceTensor tensor : model.checkpoint().tensors()) {
          assertPartsAreOfTheWhole(tensor, random);
        }
      }
    }
  }

  private static void assertPartsAreOfTheWhole(SourceTensor tensor, Random random) {
    byte[] whole = tensor.bytes().toArray(Le.BYTE);
    for (int i = 0; i < 20; i++) {
      long first = random.nextLong(tensor.shape().elements());
      long count = random.nextLong(tensor.shape().elements() - first) + 1;
      byte[] part = new byte[(int) tensor.dtype().bytes(count)];
      tensor.data().read(first, count, MemorySegment.ofArray(part));
      int at = (int) tensor.dtype().bytes(first);
      assertThat(part).isEqualTo(Arrays.copyOfRange(whole, at, at + part.length));
    }
  }

  @Test
  void adaptersAreAddedOneAfterTheOtherByWeight() {
    Path adapter = adapter("plain");
    Merging twice =
        new Merging(
            Optional.empty(),
            Optional.empty(),
            OptionalDouble.empty(),
            List.of(new Adapter(adapter, 0.5), new Adapter(adapter("dora"), 0)));
    String name = "model.layers.0.self_attn.q_proj.weight";
    try (MergedModel model = MergedModel.open(BASE, twice)) {
      assertThat(model.checkpoint().tensor(name).orElseThrow().data().made())
          .isEqualTo("+ LoRA " + adapter + " (rank 8, scale 1.0)");
      assertThat(model.folder()).isEqualTo(BASE);
    }
    assertThat(Adapter.parse("some/where=-0.25"))
        .isEqualTo(new Adapter(Path.of("some/where"), -0.25));
    assertThatThrownBy(() -> Adapter.parse("x=y")).hasMessageContaining("\"y\" is no number");
    assertThatThrownBy(() -> Adapter.parse("x=NaN")).hasMessageContaining("wanted a finite number");
  }

  @Test
  void convertingOnTheFlyEqualsConvertingTheMergedFolder() throws IOException {
    Path base = withTokenizer();
    Path merged = scratch.resolve("merged/base");
    try (MergedModel model = merge(base, adapter("plain"))) {
      CheckpointFolder.write(model, merged, 1 << 20);
    }
    try (ModelSource direct = source(base, adding(adapter("plain")));
        ModelSource written = source(merged, Merging.NONE)) {
      assertThat(direct.defaultName()).isEqualTo("plain");
      for (SourceWeight weight : direct.weights()) {
        float[] left = new float[(int) weight.info().shape().elements()];
        float[] right = new float[left.length];
        weight.reader().read(0, left.length, left);
        written.weights().stream()
            .filter(one -> one.info().equals(weight.info()))
            .findFirst()
            .orElseThrow()
            .reader()
            .read(0, right.length, right);
        assertThat(left).isEqualTo(right);
      }
    }
  }

  @Test
  void refusesAnAdapterOfAnotherModel() throws IOException {
    refused("rename", "q_proj", "k_quux", "k_quux, which ", "made for tests/base");
    refused("resize", "self_attn.q_proj", "mlp.gate_proj", "is for weights of 64 x 64", "64 x 32");
  }

  private void refused(String name, String from, String to, String... messages) throws IOException {
    Path folder = Files.createDirectories(scratch.resolve(name));
    Path weights = folder.resolve("adapter_model.safetensors");
    Files.copy(
        adapter("plain").resolve("adapter_config.json"), folder.resolve("adapter_config.json"));
    byte[] bytes = Files.readAllBytes(adapter("plain").resolve("adapter_model.safetensors"));
    String text = new String(bytes, ISO_8859_1);
    int missing = text.split(from, -1).length - 1;
    String header = text.replace(from, to);
    int length = (bytes[0] & 255) | (bytes[1] & 255) << 8;
    int change = (to.length() - from.length()) * missing;
    byte[] changed = header.getBytes(ISO_8859_1);
    changed[0] = (byte) (length + change);
    changed[1] = (byte) ((length + change) >> 8);
    Files.write(weights, changed);
    for (String message : messages) {
      assertThatThrownBy(() -> merge(BASE, folder).close())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(message);
    }
  }

  private static Path adapter(String name) {
    return GOLDEN.resolve(name);
  }

  private static Merging adding(Path adapter) {
    return new Merging(
        Optional.empty(),
        Optional.empty(),
        OptionalDouble.empty(),
        List.of(new Adapter(adapter, 1)));
  }

  private static MergedModel merge(Path base, Path adapter) {
    return MergedModel.open(base, adding(adapter));
  }

  private static ModelSource source(Path path, Merging merging) {
    return ModelSource.open(
        path, new SourceOptions(Optional.empty(), Optional.empty(), Optional.empty(), merging));
  }

  private Path withTokenizer() throws IOException {
    Path folder = Files.createDirectories(scratch.resolve("base"));
    for (Path from : List.of(BASE, Path.of("src/test/resources/golden/tiny-llama"))) {
      try (Stream<Path> files = Files.list(from)) {
        for (Path file : files.toList()) {
          if (from.equals(BASE) || file.getFileName().toString().startsWith("tokenizer")) {
            Files.copy(file, folder.resolve(file.getFileName()));
          }
        }
      }
    }
    return folder;
  }
}
