package dev.quern.formats.shards;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as the index of shards.
class ShardIndexFuzzTest {
  static Stream<byte[]> seeds() {
    return Stream.of(
        "{\"metadata\": {\"total_size\": 3}, \"weight_map\": {\"a\": \"1.safetensors\", \"b\": \"2.safetensors\"}}"
            .getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    FuzzSeeds.readOrRefused(
        () -> ShardIndex.read(Path.of("m"), ".safetensors", segment, new HeapBudget(1 << 20)));
  }
}
