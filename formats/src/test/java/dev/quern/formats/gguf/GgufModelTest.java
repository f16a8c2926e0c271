package dev.quern.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint16;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Models in several files.
final class GgufModelTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void readsAllParts() {
    writeThree(folder);
    try (GgufModel model = GgufModel.open(part(folder, 1))) {
      assertThat(model.isSplit()).isTrue();
      assertThat(model.parts()).hasSize(3);
      assertThat(model.path()).isEqualTo(part(folder, 1));
      assertThat(model.metadata()).containsKey("general.name");
      assertThat(model.tensors()).extracting(TensorInfo::name).containsExactly("a", "b", "c");
      assertThat(model.tensor("c").orElseThrow().mapped()).isPresent();
      assertThat(model.tensor("d")).isEmpty();
      assertThat(model.size())
          .isEqualTo(Stream.of(1, 2, 3).mapToLong(n -> part(folder, n).toFile().length()).sum());
    }
  }

  @Test
  void aFileThatWasJoinedIsOneFile() {
    Path file = folder.resolve("joined.gguf");
    write(file, 0, 0, 9, List.of("a"));
    try (GgufModel model = GgufModel.open(file)) {
      assertThat(model.isSplit()).isFalse();
      assertThat(model.tensors()).hasSize(1);
    }
  }

  static Stream<Arguments> damages() {
    return Stream.of(
        damage(
            f -> delete(part(f, 2)),
            1,
            "FIRST: part 2 of 3 is missing: FOLDER/m-00002-of-00003.gguf"),
        damage(f -> {}, 2, "SECOND: part 2 of 3; open the first, FOLDER/m-00001-of-00003.gguf"),
        damage(
            f -> swap(part(f, 2), part(f, 3)),
            1,
            "SECOND: split.no is 2, wanted 1: not the part its name says"),
        damage(
            f -> write(part(f, 3), 2, 4, 3, List.of("c")),
            1,
            "THIRD: split.count is 4, wanted 3: not the part its name says"),
        damage(
            f -> write(part(f, 1), 0, 4, 3, List.of("a")),
            1,
            "FIRST: one of 4 parts, so its name must be NAME-00001-of-00004.gguf for the others to be found"),
        damage(
            f -> write(part(f, 2), 0, 3, 3, List.of("b")),
            2,
            "SECOND: named as part 2, but it is the first of 3"),
        damage(
            f -> write(part(f, 1), 0, 3, 4, List.of("a")),
            1,
            "FIRST: split.tensors.count is 4, but its 3 parts have 3 tensors"),
        damage(
            f -> write(part(f, 3), 2, 3, 3, List.of("a")),
            1,
            "THIRD: tensor a is in FOLDER/m-00001-of-00003.gguf already"),
        damage(
            f -> write(part(f, 1), 0, 70_000, 3, List.of("a")),
            1,
            "FIRST: split.count is 70000, wanted 0 to 65535"),
        damage(
            f -> write(part(f, 3), Map.of(), List.of("c")),
            1,
            "THIRD: metadata has no key split.no"),
        damage(
            f -> write(part(f, 1), Map.of("split.count", new Text("3")), List.of("a")),
            1,
            "FIRST: metadata split.count is \"3\" (STRING), not a whole number"));
  }

  private static Arguments damage(Consumer<Path> change, int opened, String message) {
    return Arguments.of(message, opened, change);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("damages")
  void refusesPartsThatAreNoModel(String message, int opened, Consumer<Path> change) {
    writeThree(folder);
    change.accept(folder);
    assertThatThrownBy(() -> GgufModel.open(part(folder, opened)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            message
                .replace("FIRST", part(folder, 1).toString())
                .replace("SECOND", part(folder, 2).toString())
                .replace("THIRD", part(folder, 3).toString())
                .replace("FOLDER", folder.toString()));
  }

  @Test
  void namesOfParts() {
    SplitName name = SplitName.of(Path.of("x/a-b-00002-of-00010.gguf")).orElseThrow();
    assertThat(name).isEqualTo(new SplitName(Path.of("x/a-b"), 2, 10));
    assertThat(name.at(10).path()).isEqualTo(Path.of("x/a-b-00010-of-00010.gguf"));
    for (String other :
        List.of("a.gguf", "a-00003-of-00002.gguf", "a-00000-of-00002.gguf", "a-1-of-2.gguf")) {
      assertThat(SplitName.of(Path.of(other))).as(other).isEmpty();
    }
    assertThat(SplitName.prefixOf(Path.of("x/a-00001-of-00002.gguf"))).isEqualTo(Path.of("x/a"));
    assertThat(SplitName.prefixOf(Path.of("x/a.gguf"))).isEqualTo(Path.of("x/a"));
    assertThat(SplitName.prefixOf(Path.of("x/a"))).isEqualTo(Path.of("x/a"));
  }

  private static Path part(Path folder, int number) {
    return new SplitName(folder.resolve("m"), number, 3).path();
  }

  private static void writeThree(Path folder) {
    write(part(folder, 1), 0, 3, 3, List.of("a"));
    write(part(folder, 2), 1, 3, 3, List.of("b"));
    write(part(folder, 3), 2, 3, 3, List.of("c"));
  }

  private static void write(Path file, int no, int count, int tensors, List<String> names) {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.name", new Text("x"));
    metadata.put("split.no", new Uint16(no));
    metadata.put("split.count", count > 65535 ? new Int32(count) : new Uint16(count));
    metadata.put("split.tensors.count", new Int32(tensors));
    write(file, metadata, names);
  }

  private static void write(Path file, Map<String, MetadataValue> metadata, List<String> names) {
    List<TensorInfo> infos =
        names.stream().map(name -> new TensorInfo(name, GgmlType.F32, Shape.of(8, 2))).toList();
    GgufLayout layout = GgufLayout.of(metadata, infos);
    byte[] bytes = new byte[Math.toIntExact(layout.fileSize())];
    byte[] header = (byte[]) layout.header().heapBase().orElseThrow();
    System.arraycopy(header, 0, bytes, 0, header.length);
    try {
      Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void swap(Path one, Path other) {
    try {
      byte[] bytes = Files.readAllBytes(one);
      Files.write(one, Files.readAllBytes(other));
      Files.write(other, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
