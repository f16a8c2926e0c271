package dev.quern.formats.safetensors;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.DType;
import dev.quern.formats.Golden;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFileTest {
  private static final Path FILE = Path.of("m.safetensors");

  private static SafetensorsFile read(MemorySegment bytes) {
    return SafetensorsFile.read(FILE, bytes, new HeapBudget(1 << 20));
  }

  @Test
  void readsEveryTypeThatTheReferenceWrites() {
    SafetensorsFile file = read(Golden.segment("types.safetensors"));

    assertThat(file.tensors()).hasSize(21);
    assertThat(file.tensors().stream().map(SourceTensor::dtype).distinct())
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(DType.values())
                .filter(type -> type != DType.F6_E2M3 && type != DType.F6_E3M2)
                .toList());
    for (SourceTensor tensor : file.tensors()) {
      if (!tensor.name().equals("empty")) {
        assertThat(tensor.shape()).isEqualTo(Shape.of(4, 2, 3));
        assertThat(tensor.bytes().toArray(JAVA_BYTE))
            .as(tensor.name())
            .isEqualTo(Golden.counting(3 * tensor.dtype().bits()));
      }
    }
  }

  @Test
  void readsSixBitTypes() {
    SafetensorsFile file =
        read(
            SafetensorsBytes.segment(
                """
                {"a":{"dtype":"F6_E2M3","shape":[4],"data_offsets":[0,3]},\
                "b":{"dtype":"F6_E3M2","shape":[2,4],"data_offsets":[3,9]}}""",
                9));

    assertThat(file.tensor("a").orElseThrow().bytes().byteSize()).isEqualTo(3);
    assertThat(file.tensor("b").orElseThrow().shape()).isEqualTo(Shape.of(4, 2));
  }

  @Test
  void listsTensorsByNameWhateverTheirPlace() {
    SafetensorsFile file =
        read(
            SafetensorsBytes.segment(
                """
                {"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},\
                "c":{"dtype":"U8","shape":[2],"data_offsets":[2,4]},\
                "a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}  \s""",
                4));

    assertThat(file.tensors()).extracting(SourceTensor::name).containsExactly("a", "b", "c");
  }

  @Test
  void readsATensorWithoutElements() {
    SourceTensor empty = read(Golden.segment("types.safetensors")).tensor("empty").orElseThrow();

    assertThat(empty.shape()).isEqualTo(Shape.of(4, 0));
    assertThat(empty.bytes().byteSize()).isZero();
  }

  @Test
  void givesATensorOfRankZeroTheShapeOne() {
    SourceTensor scalar = read(Golden.segment("scalar.safetensors")).tensor("scalar").orElseThrow();

    assertThat(scalar.shape()).isEqualTo(Shape.of(1));
    assertThat(scalar.bytes().get(Le.FLOAT, 0)).isEqualTo(1.5f);
  }

  @Test
  void readsMetadataAndEscapedNames() {
    SafetensorsFile file = read(Golden.segment("metadata.safetensors"));

    assertThat(file.metadata()).isEqualTo(Map.of("note", "line one\nline \"two\" \u001f"));
    assertThat(file.tensors())
        .extracting(SourceTensor::name)
        .containsExactly("quote \" backslash \\ tab \t bell \u0007 \b\f\r é");
  }

  @Test
  void readsAFileWithoutTensors() {
    assertThat(read(Golden.segment("empty.safetensors")).tensors()).isEmpty();
  }

  @Test
  void ignoresMembersOfATensorThatItDoesNotKnow() {
    String header =
        """
        {"a":{"dtype":"U8","note":{"x":[1,{}]},"shape":[1],"data_offsets":[0,1]}}""";

    assertThat(read(SafetensorsBytes.segment(header, 1)).tensors()).hasSize(1);
  }

  @Test
  void mapsAFileUntilItIsClosed(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("m.safetensors"), Golden.bytes("types.safetensors"));
    SafetensorsFile file = SafetensorsFile.open(path);
    MemorySegment bytes = file.tensor("int8").orElseThrow().bytes();

    assertThat(file.path()).isEqualTo(path);
    assertThat(file.tensor("int8").orElseThrow().file()).isEqualTo(path);
    assertThat(bytes.get(JAVA_BYTE, 1)).isEqualTo((byte) 7);
    file.close();
    assertThatThrownBy(() -> bytes.get(JAVA_BYTE, 1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void unmapsAFileThatItRefuses(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("m.safetensors"), List.of("not a model"));

    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(path + ": header length is ");
  }
}
