package dev.quern.formats.huggingface;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as config.json.
class ModelConfigFuzzTest {
  private static final int BUDGET = 1 << 20;

  static Stream<byte[]> seeds() {
    return Stream.of(
        "{\"architectures\":[\"LlamaForCausalLM\"],\"hidden_size\":64,\"rope_scaling\":{\"factor\":2.0},\"eos_token_id\":[1,2]}"
            .getBytes(StandardCharsets.US_ASCII));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.readOrRefused(() -> read(bytes));
  }

  private static void read(byte[] bytes) {
    ModelConfig.read(Path.of("m"), MemorySegment.ofArray(bytes), new HeapBudget(BUDGET));
  }
}
