package dev.quern.formats.safetensors;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quern.formats.Golden;
import dev.quern.formats.Mutations;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutatedSafetensorsTest {
  private static final String INDEX =
      """
      {"metadata": {"total_size": 3}, "weight_map": {"c": "1.safetensors", "a": "2.safetensors"}}""";

  @ParameterizedTest
  @ValueSource(strings = {"types.safetensors", "metadata.safetensors"})
  void isReadOrRefused(String name) {
    Mutations.show(
        Golden.bytes(name),
        10_000,
        bytes ->
            SafetensorsFile.read(
                Path.of("m"), MemorySegment.ofArray(bytes), new HeapBudget(1 << 16)));
  }

  @Test
  void indexIsReadOrRefused() {
    Mutations.show(
        INDEX.getBytes(UTF_8),
        10_000,
        bytes ->
            SafetensorsIndex.read(
                Path.of("m"), MemorySegment.ofArray(bytes), new HeapBudget(1 << 16)));
  }
}
