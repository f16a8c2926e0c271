package dev.quern.formats.pytorch;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that torch wrote, held against what torch reads in them: `src/test/golden`.
class PyTorchFileTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden/pytorch");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "views-zip",
        "views-sequence",
        "types-zip",
        "types-sequence",
        "types-deflated",
        "types-big",
        "types-zip64",
        "new-types-zip",
        "parts-sequence",
        "tensors-tar"
      })
  void readsWhatTorchReads(String name) {
    assertSame(name, name);
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "4", "5"})
  void readsTheModelOfACheckpointInEveryProtocol(int protocol) {
    for (String container : new String[] {"-zip", "-sequence"}) {
      Path file = assertSame("checkpoint-" + protocol + container, "checkpoint");
      try (Checkpoint found = PyTorchFile.open(file)) {
        assertThat(found.notes())
            .containsExactly(
                file
                    + ": the tensors are those under \"state_dict\"; beside it and left out: epoch, global_step, config, optimizer_states",
                file + ": \"module.\" at the start of every tensor's name is left out");
      }
    }
  }

  @Test
  void joinsTheNamesOfNestedDictionaries() {
    Path file = assertSame("nested", "nested");
    try (Checkpoint found = PyTorchFile.open(file)) {
      assertThat(found.tensors())
          .extracting(SourceTensor::name)
          .containsExactly("embedding.weight", "layers.0.weight", "layers.0.bias");
      assertThat(found.notes())
          .containsExactly(
              file + ": the tensors are those under \"model\"; beside it and left out: optim");
    }
  }

  @Test
  void leavesContiguousNumbersWhereTheyLie() {
    try (Checkpoint file = PyTorchFile.open(GOLDEN.resolve("views-zip.pt"))) {
      for (String name : new String[] {"whole", "rows", "first", "scalar_view", "empty", "one"}) {
        MemorySegment bytes = tensor(file, name).data().mapped().orElseThrow();
        assertThat(bytes.isMapped()).as(name).isTrue();
      }
      for (String name : new String[] {"transposed", "columns", "expanded", "channels_last"}) {
        assertThat(tensor(file, name).data().mapped()).as(name).isEmpty();
      }
      MemorySegment first = tensor(file, "first").bytes();
      assertThat(tensor(file, "second").data().mapped()).isEmpty();
      assertThat(first.byteSize()).isEqualTo(40);
    }
  }

  @Test
  void gathersAnyRunOfNumbers() {
    Random random = new Random(1);
    try (Checkpoint file = PyTorchFile.open(GOLDEN.resolve("views-zip.pt"))) {
      for (SourceTensor tensor : file.tensors()) {
        byte[] whole = tensor.bytes().toArray(JAVA_BYTE);
        int width = tensor.dtype().bits() / 8;
        long elements = tensor.shape().elements();
        for (int i = 0; i < 50 && elements > 0; i++) {
          long first = random.nextLong(elements);
          long count = random.nextLong(elements - first + 1);
          byte[] part = new byte[(int) count * width];
          tensor.data().read(first, count, MemorySegment.ofArray(part));
          assertThat(part)
              .as(tensor.name())
              .isEqualTo(
                  Arrays.copyOfRange(whole, (int) first * width, (int) (first + count) * width));
        }
      }
    }
  }

  private static SourceTensor tensor(Checkpoint file, String name) {
    return file.tensor(name).orElseThrow();
  }

  private static Path assertSame(String name, String expected) {
    Path path = GOLDEN.resolve(name + ".pt");
    try (Checkpoint file = PyTorchFile.open(path);
        SafetensorsFile wanted = SafetensorsFile.open(GOLDEN.resolve(expected + ".safetensors"))) {
      assertThat(file.tensors())
          .extracting(SourceTensor::name)
          .containsExactlyInAnyOrderElementsOf(
              wanted.tensors().stream().map(SourceTensor::name).toList());
      for (SourceTensor want : wanted.tensors()) {
        Optional<SourceTensor> got = file.tensor(want.name());
        assertThat(got.orElseThrow().dtype()).as(want.name()).isEqualTo(want.dtype());
        assertThat(got.orElseThrow().shape()).as(want.name()).isEqualTo(want.shape());
        assertThat(got.orElseThrow().bytes().toArray(JAVA_BYTE))
            .as(want.name())
            .isEqualTo(want.bytes().toArray(JAVA_BYTE));
      }
    }
    return path;
  }
}
