package dev.quern.formats.gguf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Golden;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.io.HeapBudget;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
  private static GgufFile read(MemorySegment bytes) {
    return GgufFile.read(Path.of("m.gguf"), bytes, new HeapBudget(1 << 20));
  }

  private static List<MetadataValue> elements(GgufFile file, String key) {
    return Metadata.of(file).elements(key);
  }

  @Test
  void readsEveryTypeOfValueInTheOrderOfTheFile() {
    Map<String, MetadataValue> metadata = read(Golden.segment("values.gguf")).metadata();

    assertThat(metadata).containsExactlyEntriesOf(GoldenValues.METADATA);
    assertThat(metadata.values().stream().map(MetadataValue::type))
        .containsAll(List.of(MetadataType.values()));
  }

  @Test
  void readsNestedArrays() {
    GgufBytes bytes = GgufBytes.file(0, 1).key("deep", 9).int32(9).length(2);
    bytes.int32(9).length(1).int32(5).length(2).int32(1).int32(2);
    bytes.int32(8).length(1).string("x");

    assertThat(elements(read(bytes.segment()), "deep"))
        .extracting(MetadataValue::display)
        .containsExactly("[[1, 2]]", "[\"x\"]");
  }

  @Test
  void findsAnElementOfALongArrayOfStringsAnywhere() {
    List<MetadataValue> strings = elements(read(Golden.segment("values.gguf")), "s.strings");

    for (int i : new int[] {99, 0, 31, 32, 33, 64, 98}) {
      assertThat(strings.get(i)).isEqualTo(new Text("token " + i));
    }
    assertThatThrownBy(() -> strings.get(100)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> strings.listIterator(101))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(strings.iterator()).toIterable().hasSize(100);
  }

  @Test
  void endsTheWalkOverAnArray() {
    List<MetadataValue> ints = elements(read(Golden.segment("values.gguf")), "s.ints");

    assertThat(ints.iterator()).toIterable().hasSize(3);
    Iterator<MetadataValue> iterator = ints.iterator();
    ints.forEach(_ -> iterator.next());
    assertThatThrownBy(iterator::next).isInstanceOf(NoSuchElementException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"tensors.gguf", "tensors-aligned-64.gguf"})
  void readsTensorsInTheOrderOfTheFile(String name) {
    GgufFile file = read(Golden.segment(name));

    assertThat(file.tensors())
        .containsExactly(
            new TensorInfo("b.weight", GgmlType.F32, Shape.of(5, 3)),
            new TensorInfo("a.weight", GgmlType.F16, Shape.of(7)),
            new TensorInfo("q8", GgmlType.Q8_0, Shape.of(32, 2)),
            new TensorInfo("q4k", GgmlType.Q4_K, Shape.of(512, 3)),
            new TensorInfo("ints", GgmlType.I32, Shape.of(4, 3, 2)));
    assertThat(file.alignment()).isEqualTo(name.contains("64") ? 64 : 32);
    assertThat(file.tensor("missing")).isEmpty();
    assertThat(file.tensor("q4k").orElseThrow().mapped().orElseThrow().toArray(JAVA_BYTE))
        .isEqualTo(Golden.counting(3 * 2 * 144));
  }

  @Test
  void readsRowsOfATensor() {
    TensorData tensor = read(Golden.segment("tensors.gguf")).tensor("q8").orElseThrow();
    MemorySegment row = MemorySegment.ofArray(new byte[40]);

    tensor.read(1, 1, row);

    assertThat(row.asSlice(0, 34).mismatch(MemorySegment.ofArray(Golden.counting(68)).asSlice(34)))
        .isEqualTo(-1);
    assertThat(row.asSlice(34).toArray(JAVA_BYTE)).containsOnly(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void readsVersion(int version) {
    GgufBytes bytes = GgufBytes.version(version, 1, 2).key("name", 8).string("old");
    bytes.key("list", 9).int32(8).length(2).string("a").string("bc");
    bytes.tensor("t", 1, 0, 3, 2).align(32).raw((byte) 1).zeros(11);

    GgufFile file = read(bytes.segment());

    assertThat(file.version()).isEqualTo(version);
    assertThat(file.metadata())
        .containsEntry("name", new Text("old"))
        .containsEntry("list", Array.ofTexts(List.of("a", "bc")));
    assertThat(file.tensors()).containsExactly(new TensorInfo("t", GgmlType.F16, Shape.of(3, 2)));
    assertThat(file.tensor("t").orElseThrow().mapped().orElseThrow().get(JAVA_BYTE, 0))
        .isEqualTo((byte) 1);
  }

  @Test
  void dropsTheZeroAtTheEndOfAStringOfVersionOneOnly() {
    GgufBytes old = GgufBytes.version(1, 0, 1).key("key\0", 8).string("value\0");
    GgufBytes recent = GgufBytes.version(2, 0, 1).key("key\0", 8).string("value\0");

    assertThat(read(old.segment()).metadata()).isEqualTo(Map.of("key", new Text("value")));
    assertThat(read(recent.segment()).metadata()).isEqualTo(Map.of("key\0", new Text("value\0")));
  }

  @Test
  void readsAVocabularyWithoutTensorsOrPadding() {
    GgufBytes bytes = GgufBytes.file(0, 1).key("a", 7).raw((byte) 1);

    assertThat(read(bytes.segment()).tensors()).isEmpty();
  }

  @Test
  void readsATensorWithoutElementsAndOneOfRankZero() {
    GgufBytes bytes = GgufBytes.file(2, 0).tensor("none", 0, 0, 0, 7).tensor("one", 0, 0);
    GgufFile file = read(bytes.align(32).zeros(4).segment());

    assertThat(file.tensor("none").orElseThrow().info().bytes()).isZero();
    assertThat(file.tensor("one").orElseThrow().info().shape()).isEqualTo(Shape.of(1));
  }

  @Test
  void acceptsTensorsInAnyOrderAndWithHoles() {
    GgufBytes bytes = GgufBytes.file(2, 0).tensor("b", 24, 96, 1).tensor("a", 24, 0, 1);
    GgufFile file = read(bytes.align(32).zeros(128).segment());

    assertThat(file.table()).extracting(GgufTensor::offset).containsExactly(192L, 96L);
  }

  @Test
  void mapsAFileUntilItIsClosed(@TempDir Path folder) throws IOException {
    Path path = Files.write(folder.resolve("m.gguf"), Golden.bytes("values.gguf"));
    GgufFile file = GgufFile.open(path);
    List<MetadataValue> strings = elements(file, "s.strings");

    assertThat(file.name()).isEqualTo(path.toString());
    assertThat(file.path()).isEqualTo(path);
    assertThat(file.size()).isEqualTo(Files.size(path));
    assertThat(strings.getFirst()).isEqualTo(new Text("token 0"));
    file.close();
    assertThatThrownBy(() -> strings.getFirst()).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void unmapsAFileThatItRefuses(@TempDir Path folder) throws IOException {
    Path path = Files.writeString(folder.resolve("m.gguf"), "GGU");

    assertThatThrownBy(() -> GgufFile.open(path))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(path + ": the file has 3 bytes, a GGUF file has at least 16");
  }
}
