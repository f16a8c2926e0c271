package dev.quern.formats.pytorch;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a file of PyTorch's: zip, sequence of pickles, or tar.
class PyTorchFuzzTest {
  private static final int BUDGET = 1 << 20;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.golden(
        "pytorch/views-zip.pt",
        "pytorch/views-sequence.pt",
        "pytorch/types-deflated.pt",
        "pytorch/types-zip64.pt",
        "pytorch/types-big.pt",
        "pytorch/checkpoint-1-sequence.pt",
        "pytorch/checkpoint-4-zip.pt",
        "pytorch/parts-sequence.pt",
        "pytorch/tensors-tar.pt");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.readOrRefused(() -> read(bytes));
  }

  private static void read(byte[] bytes) {
    MemorySegment file = MemorySegment.ofArray(bytes);
    try (Checkpoint open = PyTorchFile.read(Path.of("m"), file, new HeapBudget(BUDGET))) {
      for (SourceTensor tensor : open.tensors()) {
        if (tensor.byteSize() < 1 << 16) {
          byte[] numbers = new byte[(int) tensor.byteSize()];
          tensor.data().read(0, tensor.shape().elements(), MemorySegment.ofArray(numbers));
        }
      }
    }
  }
}
