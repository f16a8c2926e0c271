package dev.quern.formats.gguf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Golden;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufLayoutTest {
  private static final TensorInfo TENSOR = new TensorInfo("t", GgmlType.I8, Shape.of(5));

  @ParameterizedTest
  @ValueSource(strings = {"values.gguf", "tensors.gguf", "tensors-aligned-64.gguf"})
  void laysAFileOutAsTheReferenceDoes(String name) {
    byte[] golden = Golden.bytes(name);
    GgufFile file =
        GgufFile.read(Path.of(name), MemorySegment.ofArray(golden), new HeapBudget(1 << 20));
    GgufLayout layout = GgufLayout.of(file.metadata(), file.tensors());
    MemorySegment written = MemorySegment.ofArray(new byte[(int) layout.fileSize()]);
    written.copyFrom(layout.header());
    for (GgufTensor tensor : layout.tensors()) {
      written
          .asSlice(tensor.offset())
          .copyFrom(file.tensor(tensor.info().name()).orElseThrow().mapped().orElseThrow());
    }

    assertThat(written.toArray(JAVA_BYTE)).isEqualTo(golden);
    assertThat(layout.dataStart()).isEqualTo(file.dataStart());
    assertThat(layout.tensors()).isEqualTo(file.table());
  }

  @Test
  void writesValuesThatWereNeverInAFile() {
    GgufLayout layout = GgufLayout.of(GoldenValues.METADATA, List.of());

    assertThat(layout.header().toArray(JAVA_BYTE)).isEqualTo(Golden.bytes("values.gguf"));
  }

  @Test
  void keepsTheOrderOfTheGivenMetadata() {
    GgufLayout layout = GgufLayout.of(GoldenValues.METADATA, List.of());

    assertThat(layout.metadata()).containsExactlyEntriesOf(GoldenValues.METADATA);
  }

  @Test
  void refusesATensorThatOccursTwice() {
    refuses(Map.of(), List.of(TENSOR, TENSOR), "tensor t occurs twice");
  }

  @Test
  void refusesMoreThanFourExtents() {
    refuses(
        Map.of(),
        List.of(new TensorInfo("t", GgmlType.I8, Shape.of(1, 1, 1, 1, 1))),
        "tensor t has rank 5, GGUF has at most 4");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4, 48, 2 << 20})
  void refusesAnAlignment(long alignment) {
    refuses(
        Map.of("general.alignment", new Uint32(alignment)),
        List.of(),
        "general.alignment is " + alignment + ", not a UINT32 power of two from 8 to 1 MiB");
  }

  @Test
  void refusesAnAlignmentOfAnotherType() {
    refuses(
        Map.of("general.alignment", new Int32(64)),
        List.of(),
        "general.alignment is 64, not a UINT32 power of two from 8 to 1 MiB");
  }

  @Test
  void refusesHalfACharacter() {
    refuses(Map.of("a", new Text("\ud83d")), List.of(), "a string holds half a character: \ud83d");
  }

  @Test
  void refusesAnArrayOfMixedTypes() {
    Map<String, MetadataValue> mixed = Map.of("a", new Array(5, List.of(new Uint32(1))));
    assertThatThrownBy(() -> GgufLayout.of(mixed, List.of()).header())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an array of INT32 holds a UINT32");
  }

  private static void refuses(
      Map<String, MetadataValue> metadata, List<TensorInfo> tensors, String message) {
    assertThatThrownBy(() -> GgufLayout.of(metadata, tensors))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
