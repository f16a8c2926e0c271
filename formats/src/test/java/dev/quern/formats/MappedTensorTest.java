package dev.quern.formats;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MappedTensorTest {
  private static final TensorInfo INFO = new TensorInfo("t", GgmlType.I8, Shape.of(2, 3));

  private final MappedTensor tensor =
      new MappedTensor(INFO, MemorySegment.ofArray(new byte[] {1, 2, 3, 4, 5, 6}));

  @Test
  void readsRows() {
    MemorySegment into = MemorySegment.ofArray(new byte[5]);
    tensor.read(1, 2, into);

    assertThat(into.toArray(JAVA_BYTE)).containsExactly(3, 4, 5, 6, 0);
    assertThat(tensor.mapped()).contains(tensor.bytes());
  }

  @ParameterizedTest
  @CsvSource({"-1,1", "2,2", "4,0", "0,-1", "0,9223372036854775807"})
  void refusesRowsThatAreNotThere(long from, long count) {
    MemorySegment into = MemorySegment.ofArray(new byte[99]);
    assertThatThrownBy(() -> tensor.read(from, count, into))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesTooLittleRoom() {
    MemorySegment into = MemorySegment.ofArray(new byte[3]);
    assertThatThrownBy(() -> tensor.read(0, 2, into)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void refusesBytesThatAreNotTheShape() {
    MemorySegment bytes = MemorySegment.ofArray(new byte[7]);
    assertThatThrownBy(() -> new MappedTensor(INFO, bytes))
        .hasMessage("t has 7 bytes, its shape wants 6");
    assertThatThrownBy(
            () -> new SourceTensor("s", DType.F32, Shape.of(2), bytes, Path.of("m.safetensors")))
        .hasMessage("s has 7 bytes, F32 2 wants 8");
  }
}
