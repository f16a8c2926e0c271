package dev.quern.formats.safetensors;

import dev.quern.formats.Golden;
import dev.quern.formats.Mutations;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutatedSafetensorsTest {
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
}
