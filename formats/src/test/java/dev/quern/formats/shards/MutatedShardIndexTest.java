package dev.quern.formats.shards;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quern.formats.Mutations;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MutatedShardIndexTest {
  private static final String INDEX =
      """
      {"metadata": {"total_size": 3}, "weight_map": {"c": "1.safetensors", "a": "2.safetensors"}}""";

  @Test
  void isReadOrRefused() {
    Mutations.show(
        INDEX.getBytes(UTF_8),
        10_000,
        bytes ->
            ShardIndex.read(
                Path.of("m"),
                ".safetensors",
                MemorySegment.ofArray(bytes),
                new HeapBudget(1 << 16)));
  }
}
