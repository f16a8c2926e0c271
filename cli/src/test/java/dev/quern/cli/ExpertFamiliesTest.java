package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.DType;
import dev.quern.formats.Sha256;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The families that are not plain dense transformers: a tiny model of each, made by
/// `src/test/golden/make-expert-models.py`, becomes the file that the reference converter makes of
/// it.
final class ExpertFamiliesTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/experts");
  private static final Path TENSORS = GOLDEN.resolve("tensors.json");
  private static final Path HASHES = GOLDEN.resolve("hashes.json");

  @TempDir private Path scratch = Path.of("");

  static Stream<String> converted() {
    return TinyModel.json(TinyModel.read(HASHES)).properties().stream().map(Map.Entry::getKey);
  }

  @ParameterizedTest
  @MethodSource("converted")
  void writesTheFilesOfTheReference(String model) {
    JsonNode hashes = TinyModel.json(TinyModel.read(HASHES)).get(model);
    Path folder = folder(model);
    for (String type : List.of("F32", "BF16")) {
      assertThat(digest(TinyModel.gguf(folder, type, scratch)))
          .as(type)
          .isEqualTo(hashes.get(type).textValue());
    }
  }

  static Stream<String> partly() {
    return TinyModel.json(TinyModel.read(TENSORS)).properties().stream().map(Map.Entry::getKey);
  }

  /// gpt-oss is published in MXFP4, of which the reference keeps every block whatever is asked for;
  /// of RWKV's vocabulary this test has no file.
  @ParameterizedTest
  @MethodSource("partly")
  void writesTheTensorsOfTheReference(String model) {
    JsonNode golden = TinyModel.json(TinyModel.read(TENSORS)).get(model);
    Map<String, String> wanted = new TreeMap<>();
    golden
        .get("tensors")
        .properties()
        .forEach(e -> wanted.put(e.getKey(), e.getValue().textValue()));
    Path file = TinyModel.gguf(folder(model), golden.get("recipe").textValue(), scratch);
    Map<String, String> found = new TreeMap<>();
    try (GgufFile gguf = GgufFile.open(file)) {
      for (TensorInfo info : gguf.tensors()) {
        if (wanted.containsKey(info.name())) {
          byte[] bytes = new byte[Math.toIntExact(info.bytes())];
          gguf.tensor(info.name())
              .orElseThrow()
              .read(0, info.shape().rows(), MemorySegment.ofArray(bytes));
          found.put(info.name(), Sha256.of(bytes).substring(0, 32));
        }
      }
    }
    assertThat(found).isEqualTo(wanted);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mixtral-7",
        "qwen2moe-7",
        "qwen3moe-7",
        "olmoe-7",
        "phimoe-7",
        "phimoe-long-7",
        "granitemoe-7",
        "granitemoeshared-7",
        "gptoss-7",
        "gptoss-mxfp4-7",
        "deepseek2-7",
        "deepseek2-lite-7",
        "deepseek2-groups-7",
        "deepseek3-7"
      })
  void answersAsPyTorchDoes(String model) {
    Path folder = folder(model);
    Path expected = folder.resolve("expected.safetensors");
    Path logits = scratch.resolve("logits.safetensors");
    Path file = TinyModel.gguf(folder, "F32", scratch);

    Run run = Run.of("logits", file, "--tokens", expected, "-o", logits);

    assertThat(run.code()).as(run.err()).isZero();
    Logits.assertClose(logits, expected);
  }

  /// What transformers 5 calls a model's experts in memory, some publish as it is.
  @ParameterizedTest
  @ValueSource(strings = {"mixtral-7", "qwen2moe-7", "qwen3moe-7", "olmoe-7", "deepseek3-7"})
  void takesExpertsThatLieInOneTensor(String model) throws IOException {
    Path folder = folder(model);
    Path apart = TinyModel.gguf(folder, "F32", Files.createDirectory(scratch.resolve("apart")));
    fuse(folder.resolve("model.safetensors"));
    Path fused = TinyModel.gguf(folder, "F32", Files.createDirectory(scratch.resolve("fused")));

    Run run = Run.of("diff", apart, fused, "--same");

    assertThat(run.code()).as(run.out() + run.err()).isZero();
  }

  /// The reference converter writes this tensor with an axis of one, its quantizer without.
  @Test
  void countsAxesAsTheQuantizerDoes() {
    Path folder = folder("qwen2moe-7");
    Path plain = TinyModel.gguf(folder, "F32", scratch);
    Path quantized = TinyModel.gguf(folder, "Q8_0", scratch);
    String name = "blk.0.ffn_gate_inp_shexp.weight";

    try (GgufFile first = GgufFile.open(plain);
        GgufFile second = GgufFile.open(quantized)) {
      assertThat(first.tensor(name).orElseThrow().info().shape()).isEqualTo(Shape.of(32, 1));
      assertThat(second.tensor(name).orElseThrow().info().shape()).isEqualTo(Shape.of(32));
    }
  }

  @Test
  void namesAnExpertThatIsMissing() throws IOException {
    Path folder = folder("qwen3moe-7");
    Path file = folder.resolve("model.safetensors");
    List<Stored> tensors = tensors(file);
    tensors.removeIf(tensor -> tensor.name.equals("model.layers.1.mlp.experts.2.up_proj.weight"));
    write(file, tensors);

    Run run = Run.of("convert", folder, "--to", "F32", "-o", scratch.resolve("out.gguf"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("blk.1.ffn_up_exps.weight has 3 parts, wanted 4");
  }

  @ParameterizedTest
  @CsvSource({
    "olmoe-7, num_experts, 0",
    "olmoe-7, num_experts, 5",
    "qwen2moe-7, shared_expert_intermediate_size, -1",
    "qwen3moe-7, moe_intermediate_size, 9223372036854775807",
    "deepseek3-7, n_shared_experts, 9223372036854775807",
    "deepseek3-7, q_lora_rank, 0",
    "deepseek3-7, v_head_dim, 31",
    "deepseek3-7, qk_nope_head_dim, 1000000000000",
    "deepseek2-7, kv_lora_rank, -32",
    "gptoss-7, num_local_experts, 3",
    "mamba2-7, n_groups, 7",
    "mamba2-7, expand, 4611686018427387904",
    "mamba-7, conv_kernel, 0",
    "rwkv6-7, head_size, 0",
    "rwkv6-7, rescale_every, -1"
  })
  void refusesNumbersThatMakeNoSense(String model, String key, long value) {
    Path folder = folder(model);
    TinyModel.edit(folder.resolve("config.json"), config -> config.put(key, value));

    Run run = Run.of("convert", folder, "--to", "F32", "-o", scratch.resolve("out.gguf"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("quern: ").contains(model).doesNotContain("Exception");
    assertThat(scratch.resolve("out.gguf")).doesNotExist();
  }

  private Path folder(String model) {
    Path folder = TinyModel.copy(GOLDEN.resolve(model), scratch.resolve(model));
    try (Stream<Path> files = Files.list(GOLDEN.resolve("tokenizer"))) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return folder;
  }

  /// A tensor of a checkpoint.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Stored(String name, DType dtype, Shape shape, byte[] bytes) {}

  private static List<Stored> tensors(Path path) {
    List<Stored> tensors = new ArrayList<>();
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      for (SourceTensor tensor : file.tensors()) {
        byte[] bytes = tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
        tensors.add(new Stored(tensor.name(), tensor.dtype(), tensor.shape(), bytes));
      }
    }
    return tensors;
  }

  /// Puts the experts of each block into one tensor for gates and what they gate, and one for the
  /// rest.
  private static void fuse(Path path) throws IOException {
    Map<String, Stored> byName = new TreeMap<>();
    tensors(path).forEach(tensor -> byName.put(tensor.name, tensor));
    boolean numbered = byName.keySet().stream().anyMatch(name -> name.endsWith(".w1.weight"));
    String part = numbered ? "block_sparse_moe" : "mlp";
    for (int layer = 0; layer < 2; layer++) {
      String prefix = "model.layers." + layer + ".";
      String experts = prefix + part + ".experts.";
      int count =
          (int) byName.keySet().stream().filter(name -> name.startsWith(experts)).count() / 3;
      if (count == 0) {
        continue;
      }
      List<String> halves =
          numbered
              ? List.of(".w1.weight", ".w3.weight")
              : List.of(".gate_proj.weight", ".up_proj.weight");
      List<String> last = List.of(numbered ? ".w2.weight" : ".down_proj.weight");
      Stored both = join(byName, prefix + "mlp.experts.gate_up_proj", experts, count, halves);
      Stored down = join(byName, prefix + "mlp.experts.down_proj", experts, count, last);
      byName.keySet().removeIf(name -> name.startsWith(experts));
      byName.put(both.name, both);
      byName.put(down.name, down);
    }
    write(path, List.copyOf(byName.values()));
  }

  private static Stored join(
      Map<String, Stored> tensors, String name, String experts, int count, List<String> parts) {
    List<Stored> joined =
        IntStream.range(0, count)
            .boxed()
            .flatMap(i -> parts.stream().map(part -> tensors.get(experts + i + part)))
            .toList();
    Stored first = joined.getFirst();
    ByteBuffer bytes = ByteBuffer.allocate(joined.size() * first.bytes.length);
    joined.forEach(tensor -> bytes.put(tensor.bytes));
    long rows = first.shape.rows() * parts.size();
    return new Stored(
        name, first.dtype, Shape.of(first.shape.rowLength(), rows, count), bytes.array());
  }

  private static void write(Path path, List<Stored> tensors) throws IOException {
    StringBuilder header = new StringBuilder("{");
    int at = 0;
    for (Stored tensor : tensors) {
      List<Long> extents = tensor.shape.extents().reversed();
      header.append(header.length() > 1 ? "," : "");
      header.append(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(tensor.name, tensor.dtype, extents, at, at + tensor.bytes.length));
      at += tensor.bytes.length;
    }
    byte[] text = header.append("}").toString().getBytes(UTF_8);
    ByteBuffer file = ByteBuffer.allocate(8 + text.length + at).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(text.length).put(text);
    tensors.forEach(tensor -> file.put(tensor.bytes));
    Files.write(path, file.array());
  }

  private static String digest(Path file) {
    try {
      return Sha256.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
