package dev.quern.formats.mistral;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as Mistral's params.json.
class MistralFuzzTest {
  @TempDir static Path folder;

  static Stream<byte[]> seeds() {
    return Stream.of(
            "{\"dim\": 64, \"n_layers\": 2, \"head_dim\": 8, \"hidden_dim\": 96, \"n_heads\": 8,"
                + " \"n_kv_heads\": 4, \"norm_eps\": 1e-05, \"vocab_size\": 320, \"rope_theta\": 1e6}",
            "{\"dim\": 64, \"n_layers\": 2, \"head_dim\": 8, \"hidden_dim\": 96, \"n_heads\": 8,"
                + " \"n_kv_heads\": 4, \"norm_eps\": 1e-05, \"vocab_size\": 320, \"sliding_window\": 4096,"
                + " \"moe\": {\"num_experts_per_tok\": 2, \"num_experts\": 8},"
                + " \"quantization\": {\"qformat_weight\": \"fp8_e4m3\"}, \"yarn\": {\"factor\": 4}}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.write(folder.resolve("params.json"), bytes);
    FuzzSeeds.readOrRefused(
        () -> {
          MistralFolder model = MistralFolder.open(folder);
          model.config();
          model.notes();
        });
  }
}
