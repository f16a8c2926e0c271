package dev.quern.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.DType;
import dev.quern.formats.Golden;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsWriterTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"types.safetensors", "metadata.safetensors", "empty.safetensors"})
  void writesTheBytesOfTheReference(String name) throws IOException {
    SafetensorsFile golden =
        SafetensorsFile.read(Path.of(name), Golden.segment(name), new HeapBudget(1 << 20));
    List<Entry> entries = new ArrayList<>();
    for (SourceTensor tensor : golden.tensors()) {
      entries.add(new Entry(tensor.name(), tensor.dtype(), tensor.shape(), tensor.bytes()));
    }
    Collections.shuffle(entries, new Random(1));
    Path target = folder.resolve(name);

    SafetensorsWriter.write(target, golden.metadata(), entries);

    assertThat(Files.readAllBytes(target)).isEqualTo(Golden.bytes(name));
  }

  @Test
  void leavesOnlyTheTargetBehind() throws IOException {
    Path target = Files.writeString(folder.resolve("out.safetensors"), "earlier");

    SafetensorsWriter.write(target, Map.of(), List.of(bytes("a", 4)));

    assertThat(folder).isDirectoryContaining(path -> path.equals(target));
    try (SafetensorsFile file = SafetensorsFile.open(target)) {
      assertThat(file.tensors()).hasSize(1);
    }
    assertThat(folder.toFile().list()).containsExactly("out.safetensors");
  }

  @Test
  void keepsTheTargetWhenTheDiskRefuses() throws IOException {
    Path target = folder.resolve("out.safetensors");
    Files.createDirectories(target.resolve("inside"));

    assertThatThrownBy(() -> SafetensorsWriter.write(target, Map.of(), List.of(bytes("a", 4))))
        .isInstanceOf(UncheckedIOException.class);
    assertThat(folder.toFile().list()).containsExactly("out.safetensors");
  }

  @Test
  void refusesTwoTensorsOfOneName() {
    assertThatThrownBy(
            () ->
                SafetensorsWriter.write(
                    folder.resolve("out"), Map.of(), List.of(bytes("a", 1), bytes("a", 2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two tensors have one name");
  }

  @Test
  void refusesBytesThatAreNotTheShape() {
    assertThatThrownBy(
            () -> new Entry("a", DType.F32, Shape.of(2), MemorySegment.ofArray(new byte[7])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a has 7 bytes, F32 2 wants 8");
  }

  private static Entry bytes(String name, int size) {
    return new Entry(name, DType.U8, Shape.of(size), MemorySegment.ofArray(new byte[size]));
  }
}
