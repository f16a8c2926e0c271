package dev.quern.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.Golden;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.Mutations;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutatedGgufTest {
  @ParameterizedTest
  @ValueSource(strings = {"values.gguf", "tensors.gguf", "tensors-aligned-64.gguf"})
  void isReadOrRefused(String name) {
    Mutations.show(Golden.bytes(name), 10_000, MutatedGgufTest::readAll);
  }

  private static void readAll(byte[] bytes) {
    try (GgufFile file =
        GgufFile.read(Path.of("m.gguf"), MemorySegment.ofArray(bytes), new HeapBudget(1 << 16))) {
      file.metadata().values().forEach(MutatedGgufTest::touch);
      assertThat(file.tensors())
          .allMatch(info -> file.tensor(info.name()).orElseThrow().mapped().isPresent());
    }
  }

  private static void touch(MetadataValue value) {
    if (value instanceof MetadataValue.Array array) {
      array.values().forEach(MutatedGgufTest::touch);
    }
  }
}
