package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.Sha256;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What `convert` makes of a GGUF equals, to the byte, what llama-quantize and llama-gguf-split
/// make of it. Sources and hashes come from `src/test/golden/make-gguf-goldens.py`.
class GgufGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/gguf");

  @TempDir Path folder;

  static List<String> cases() {
    List<String> names = new ArrayList<>();
    goldens().fieldNames().forEachRemaining(names::add);
    names.remove("zeros");
    return names;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void writesTheFilesOfTheReference(String name) {
    JsonNode golden = goldens().get(name);
    List<Object> line = new ArrayList<>();
    line.add("convert");
    line.add(source(golden.get("source").textValue()));
    golden.get("options").forEach(option -> line.add(option.textValue()));
    Path out = folder.resolve("out");
    line.addAll(List.of("-o", out.resolve("m.gguf"), "-t", 2));

    Run run = Run.of(line.toArray());

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(digests(out)).isEqualTo(digests(golden.get("files")));
  }

  private Path source(String name) {
    return switch (name) {
      case "parts" -> parts();
      case "zeros" -> zeros();
      default -> GOLDEN.resolve(name + ".gguf");
    };
  }

  private Path parts() {
    Path out = folder.resolve("parts/m.gguf");
    Run run =
        Run.of("convert", source("source"), "--to", "COPY", "--split-max-tensors", 7, "-o", out);
    assertThat(run.code()).as(run.err()).isZero();
    return folder.resolve("parts/m-00001-of-00006.gguf");
  }

  /// The same file of zeros as the script's, which is too large to be kept.
  private Path zeros() {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text("llama"));
    metadata.put("general.name", new Text("golden"));
    metadata.put("llama.context_length", new Uint32(64));
    metadata.put("llama.embedding_length", new Uint32(256));
    metadata.put("llama.block_count", new Uint32(4));
    metadata.put("llama.feed_forward_length", new Uint32(256));
    metadata.put("llama.attention.head_count", new Uint32(4));
    metadata.put("llama.attention.head_count_kv", new Uint32(2));
    metadata.put("llama.attention.layer_norm_rms_epsilon", new Float32(1e-5f));
    metadata.put("llama.rope.dimension_count", new Uint32(64));
    metadata.put("general.file_type", new Uint32(1));
    List<TensorInfo> tensors = new ArrayList<>();
    for (int rows : List.of(400, 700, 1200, 100, 900, 50, 948)) {
      tensors.add(
          new TensorInfo("t" + tensors.size() + ".weight", GgmlType.F32, Shape.of(256, rows)));
    }
    GgufLayout layout = GgufLayout.of(metadata, tensors);
    byte[] bytes = new byte[Math.toIntExact(layout.fileSize())];
    byte[] header = (byte[]) layout.header().heapBase().orElseThrow();
    System.arraycopy(header, 0, bytes, 0, header.length);
    Path file = TinyModel.write(folder.resolve("zeros.gguf"), bytes);
    assertThat(Sha256.of(TinyModel.bytes(file)))
        .isEqualTo(digests(goldens().get("zeros").get("files")).get("zeros.gguf"));
    return file;
  }

  private static JsonNode goldens() {
    return TinyModel.json(TinyModel.read(GOLDEN.resolve("goldens.json")));
  }

  private static Map<String, String> digests(JsonNode files) {
    Map<String, String> digests = new TreeMap<>();
    files.properties().forEach(file -> digests.put(file.getKey(), file.getValue().textValue()));
    return digests;
  }

  private static Map<String, String> digests(Path folder) {
    Map<String, String> digests = new TreeMap<>();
    TinyModel.names(folder)
        .forEach(name -> digests.put(name, Sha256.of(TinyModel.bytes(folder.resolve(name)))));
    return digests;
  }
}
