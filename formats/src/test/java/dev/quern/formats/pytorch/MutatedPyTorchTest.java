package dev.quern.formats.pytorch;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Golden;
import dev.quern.formats.Mutations;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MutatedPyTorchTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "views-zip",
        "views-sequence",
        "types-deflated",
        "types-big",
        "types-zip64",
        "checkpoint-1-sequence",
        "checkpoint-4-zip",
        "parts-sequence",
        "tensors-tar"
      })
  void isReadOrRefused(String name) {
    Mutations.show(Golden.bytes("pytorch/" + name + ".pt"), 5_000, MutatedPyTorchTest::read);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void aPickleIsReadOrRefused(int protocol) {
    Mutations.show(
        Golden.bytes("pytorch/plain-" + protocol + ".pickle"),
        10_000,
        bytes ->
            PickleMachine.run(
                new PickleInput(Path.of("m"), MemorySegment.ofArray(bytes), 0, ""),
                new HeapBudget(1 << 20),
                PickleMachine.PersistentIds.NONE));
  }

  private static void read(byte[] bytes) {
    try (Checkpoint file =
        PyTorchFile.read(Path.of("m"), MemorySegment.ofArray(bytes), new HeapBudget(1 << 20))) {
      for (SourceTensor tensor : file.tensors()) {
        if (tensor.byteSize() < 1 << 16) {
          byte[] numbers = new byte[(int) tensor.byteSize()];
          tensor.data().read(0, tensor.shape().elements(), MemorySegment.ofArray(numbers));
        }
      }
    }
  }
}
