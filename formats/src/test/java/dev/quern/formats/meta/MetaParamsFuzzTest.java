package dev.quern.formats.meta;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.Shape;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as Meta's params.json.
class MetaParamsFuzzTest {
  @TempDir static Path folder;

  @BeforeAll
  static void writeWeights() throws IOException {
    List<Entry> entries =
        List.of(
            entry("tok_embeddings.weight", Shape.of(64, 320)),
            entry("layers.0.feed_forward.w1.weight", Shape.of(64, 96)));
    SafetensorsWriter.write(folder.resolve("m.safetensors"), Map.of(), entries);
  }

  private static Entry entry(String name, Shape shape) {
    byte[] bytes = new byte[(int) DType.F16.bytes(shape.elements())];
    return new Entry(name, DType.F16, shape, MemorySegment.ofArray(bytes));
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "{\"dim\": 64, \"multiple_of\": 32, \"n_heads\": 8, \"n_layers\": 1, \"norm_eps\": 1e-06,"
                + " \"vocab_size\": -1}",
            "{\"dim\": 64, \"ffn_dim_multiplier\": 1.3, \"multiple_of\": 32, \"n_heads\": 8,"
                + " \"n_kv_heads\": 4, \"n_layers\": 1, \"norm_eps\": 1e-05, \"vocab_size\": 320,"
                + " \"rope_theta\": 500000.0, \"use_scaled_rope\": true}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    Path file = FuzzSeeds.write(folder.resolve("params.json"), bytes);
    FuzzSeeds.readOrRefused(
        () -> {
          try (Checkpoint weights = SafetensorsFile.open(folder.resolve("m.safetensors"))) {
            MetaParams params = new MetaParams(ModelConfig.read(file), weights);
            params.config();
            params.note();
          }
        });
  }
}
