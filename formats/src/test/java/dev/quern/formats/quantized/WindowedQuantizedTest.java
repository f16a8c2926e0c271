package dev.quern.formats.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.BlockData;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Quantized checkpoints whose tensors do not lie in one piece, read in windows of a few bytes.
final class WindowedQuantizedTest {
  private final AtomicLong largest = new AtomicLong();

  /// Numbers that can only be read.
  private record Elsewhere(SourceData data, AtomicLong largest) implements SourceData {
    @Override
    public void read(long first, long count, MemorySegment into) {
      largest.accumulateAndGet(into.byteSize(), Math::max);
      data.read(first, count, into);
    }
  }

  private Checkpoint elsewhere(String name) throws IOException {
    Checkpoint file = QuantizedGoldens.stored(name);
    List<SourceTensor> tensors =
        file.tensors().stream()
            .map(
                one ->
                    new SourceTensor(
                        one.name(),
                        one.dtype(),
                        one.shape(),
                        new Elsewhere(one.data(), largest),
                        one.file()))
            .toList();
    return ListedCheckpoint.over(file, tensors, List.of(), () -> {});
  }

  @ParameterizedTest
  @MethodSource(QuantizedGoldens.SOURCE)
  void decodesAsFromOnePiece(String name) throws IOException {
    ModelConfig config = QuantizedGoldens.config(name);
    Checkpoint stored = elsewhere(name);
    StoredTensors tensors = new StoredTensors(stored, new FetchedWindows(64, 1 << 16, 1 << 16));
    try (Checkpoint windows = QuantizedCheckpoint.of(config, stored, tensors);
        Checkpoint whole = QuantizedCheckpoint.of(config, QuantizedGoldens.stored(name))) {
      assertThat(windows.tensors()).hasSameSizeAs(whole.tensors());
      for (SourceTensor tensor : whole.tensors()) {
        SourceTensor found = windows.tensor(tensor.name()).orElseThrow();
        assertThat(found.bytes().mismatch(tensor.bytes())).as(tensor.name()).isEqualTo(-1);
        assertThat(blocks(found)).isEqualTo(blocks(tensor));
      }
    }
  }

  private static byte[] blocks(SourceTensor tensor) {
    Optional<BlockData> blocks = tensor.data().blocks();
    if (blocks.isEmpty()) {
      return new byte[0];
    }
    long elements = tensor.shape().elements();
    byte[] bytes = new byte[(int) blocks.get().type().bytes(elements)];
    blocks.get().read(0, elements, MemorySegment.ofArray(bytes));
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp8", "compressed-packed", "mxfp4", "bitsandbytes-4"})
  void readsNoMoreThanAWindowAtATime(String name) throws IOException {
    ModelConfig config = QuantizedGoldens.config(name);
    Checkpoint stored = elsewhere(name);
    StoredTensors tensors = new StoredTensors(stored, new FetchedWindows(512, 1 << 16, 1 << 16));
    try (Checkpoint weights = QuantizedCheckpoint.of(config, stored, tensors)) {
      largest.set(0);
      weights.tensors().stream()
          .filter(one -> one.data().encoding().isPresent())
          .forEach(SourceTensor::bytes);
      assertThat(largest).hasPositiveValue().hasValueLessThanOrEqualTo(512);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gptq", "awq"})
  void makesRoomForTransposedTensors(String name) throws IOException {
    Checkpoint stored = elsewhere(name);
    StoredTensors tensors = new StoredTensors(stored, new FetchedWindows(64, 64, 1 << 20));
    try (Checkpoint weights =
        QuantizedCheckpoint.of(QuantizedGoldens.config(name), stored, tensors)) {
      assertThat(weights.tensors()).anyMatch(one -> one.data().encoding().isPresent());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gptq", "awq"})
  void refusesTransposedTensorsThatCannotBeKept(String name) throws IOException {
    ModelConfig config = QuantizedGoldens.config(name);
    try (Checkpoint stored = elsewhere(name)) {
      StoredTensors tensors = new StoredTensors(stored, new FetchedWindows(64, 64, 128));
      assertThatThrownBy(() -> QuantizedCheckpoint.of(config, stored, tensors))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("are more than the 64 that are kept while they are fetched");
    }
  }
}
