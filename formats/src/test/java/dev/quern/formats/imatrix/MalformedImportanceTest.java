package dev.quern.formats.imatrix;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.Mutations;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MalformedImportanceTest {
  private static final Path GOLDEN = Path.of("src/test/resources/dev/quern/formats/imatrix");

  @TempDir Path folder;

  @ParameterizedTest(name = "{1}")
  @MethodSource({"dat", "gguf"})
  void refuses(byte[] content, String message) throws IOException {
    Path file = folder.resolve("m");
    Files.write(file, content);
    assertThatThrownBy(() -> ImportanceMatrix.open(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(file + ": " + message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.gguf", "c.dat"})
  void meetsDamageWithAMessage(String name) throws IOException {
    Path file = folder.resolve("m");
    Mutations.show(
        Files.readAllBytes(GOLDEN.resolve(name)),
        1000,
        damaged -> {
          FuzzSeeds.write(file, damaged);
          ImportanceMatrix.open(file).close();
        });
  }

  static Stream<Arguments> dat() {
    return Stream.of(
        dat(
            new DatBytes(),
            "the number of entries has 4 bytes but only 0 follow: the file is cut short (at byte 0)"),
        dat(
            DatBytes.entries(0).raw(new byte[40]),
            "not an importance matrix: the number of entries is 0, wanted 1 to 2 (at byte 0)"),
        dat(
            DatBytes.entries(-1),
            "not an importance matrix: the number of entries is -1, wanted 1 to 0 (at byte 0)"),
        dat(
            DatBytes.entries(0x4b50).raw(new byte[40]),
            "not an importance matrix: the number of entries is 19280, wanted 1 to 2 (at byte 0)"),
        dat(
            DatBytes.entries(1).int32(-5).raw(new byte[40]),
            "the length of the name of entry 0 is -5, wanted 1 to 40 (at byte 4)"),
        dat(
            DatBytes.entries(1).int32(0).raw(new byte[40]),
            "the length of the name of entry 0 is 0, wanted 1 to 40 (at byte 4)"),
        dat(
            DatBytes.entries(1).int32(1 << 30).raw(new byte[40]),
            "the length of the name of entry 0 is 1073741824, wanted 1 to 40 (at byte 4)"),
        dat(
            DatBytes.entries(1).int32(2).raw((byte) 0xc3, (byte) 0x28).raw(new byte[40]),
            "the name of entry 0 is not well-formed UTF-8 (at byte 8)"),
        dat(DatBytes.of("a\0", 1, 1), "the name of entry 0 holds a zero byte (at byte 8)"),
        dat(
            DatBytes.of("t", -1, 1, 1),
            "the number of chunks of t is -1, wanted 0 to 2147483647 (at byte 9)"),
        dat(
            DatBytes.of("tensor", 1),
            "the number of values of tensor is 0, wanted 1 to 0 (at byte 18)"),
        dat(
            DatBytes.entries(1).name("t").int32(1).int32(3).raw(new byte[8]),
            "the number of values of t is 3, wanted 1 to 2 (at byte 13)"),
        dat(
            DatBytes.of("t", 1, 1, Float.NaN),
            "t is NaN at column 1 of matrix 0, wanted a finite number of at least 0; make the matrix"
                + " again"),
        dat(
            DatBytes.of("t", 1, 1, 2, -0.5f),
            "t is -0.5 at column 2 of matrix 0, wanted a finite number of at least 0; make the matrix"
                + " again"),
        dat(
            DatBytes.entries(2).entry("t", 1, 1).entry("t", 1, 1),
            "entry t occurs twice (at byte 21)"),
        dat(
            DatBytes.of("t", 1, 1).int32(-1),
            "the number of chunks is -1, wanted 0 to 2147483647 (at byte 21)"),
        dat(
            DatBytes.of("t", 1, 1).int32(1).int32(4).raw((byte) 'x'),
            "the length of the name of the data set is 4, wanted 0 to 1 (at byte 25)"),
        dat(
            DatBytes.of("t", 1, 1).trailer(1, "x").raw((byte) 1),
            "1 bytes follow the name of the data set (at byte 30)"));
  }

  private static Arguments dat(DatBytes file, String message) {
    return arguments(file.array(), message);
  }

  static Stream<Arguments> gguf() {
    String again = ", wanted a finite number of at least 0; make the matrix again";
    return Stream.of(
        arguments(
            new Matrix().key("general.type", new Text("model")).array(),
            "not an importance matrix: general.type is \"model\", wanted \"imatrix\""),
        arguments(
            new Matrix().without("imatrix.datasets").array(),
            "metadata has no key imatrix.datasets"),
        arguments(
            new Matrix().without("imatrix.chunk_count").array(),
            "metadata has no key imatrix.chunk_count"),
        arguments(
            new Matrix().without("imatrix.chunk_size").array(),
            "metadata has no key imatrix.chunk_size"),
        arguments(
            new Matrix().key("imatrix.chunk_size", new Uint32(0xffff_ffffL)).array(),
            "metadata imatrix.chunk_size is 4294967295, wanted 0 to 2147483647"),
        arguments(
            new Matrix().key("imatrix.datasets", new Text("x")).array(),
            "metadata imatrix.datasets is \"x\" (STRING), not an array"),
        arguments(
            new Matrix().array(), "not an importance matrix: no tensor's name ends in .in_sum2"),
        arguments(
            new Matrix().tensor("t.counts", Shape.of(1), 1).array(),
            "there is a tensor t.counts but no t.in_sum2"),
        arguments(
            new Matrix().tensor("t.in_sum", Shape.of(1), 1).array(),
            "there is a tensor t.in_sum but no t.in_sum2"),
        arguments(
            new Matrix().tensor("t.in_sum2", Shape.of(2), 1, 1).array(),
            "there is no tensor t.counts"),
        arguments(
            new Matrix()
                .tensor("t.in_sum2", Shape.of(3), 1, 1, 1)
                .tensor("t.counts", Shape.of(1, 2), 1, 1)
                .array(),
            "t.in_sum2 has 3 values, no multiple of its 2 counts"),
        arguments(
            good().tensor("t.in_sum", Shape.of(2, 3), 1, 1, 1, 1, 1, 1).array(),
            "t.in_sum has 6 values, wanted 4 as in the sums of squares"),
        arguments(
            new Matrix()
                .tensor("t.in_sum2", Shape.of(0))
                .tensor("t.counts", Shape.of(1), 1)
                .array(),
            "t.in_sum2 has 0 values, wanted 1 to 2^31"),
        arguments(
            new Matrix()
                .tensor("t.in_sum2", Shape.of(2, 2), 1, 1, Float.POSITIVE_INFINITY, 1)
                .tensor("t.counts", Shape.of(1, 2), 1, 1)
                .array(),
            "t.in_sum2 is Infinity at column 0 of matrix 1" + again),
        arguments(
            new Matrix()
                .tensor("t.in_sum2", Shape.of(2, 2), 1, 1, 1, -1)
                .tensor("t.counts", Shape.of(1, 2), 1, 1)
                .array(),
            "t.in_sum2 is -1.0 at column 1 of matrix 1" + again),
        arguments(
            new Matrix()
                .tensor("t.in_sum2", Shape.of(2, 2), 1, 1, 1, 1)
                .tensor("t.counts", Shape.of(1, 2), 1, -3)
                .array(),
            "t.counts is -3.0 at column 0 of matrix 1" + again),
        arguments(
            new Matrix()
                .tensor("t.in_sum2", Shape.of(1), 1)
                .tensor("t.counts", Shape.of(1), 1e30f)
                .array(),
            "t.counts is 9223372036854775807 at 0, wanted at most 281474976710656"),
        arguments(
            good().tensor("t.in_sum", Shape.of(2, 2), 1, 1, 1, Float.NaN).array(),
            "t.in_sum is NaN at column 1 of matrix 1, wanted a finite number; make the matrix again"),
        arguments(
            new Matrix().half("t.in_sum2", Shape.of(2)).tensor("t.counts", Shape.of(1), 1).array(),
            "t.in_sum2 is F16, wanted F32"));
  }

  private static Matrix good() {
    return new Matrix()
        .tensor("t.in_sum2", Shape.of(2, 2), 1, 1, 1, 1)
        .tensor("t.counts", Shape.of(1, 2), 1, 1);
  }

  /// A matrix of the GGUF format put together by hand, right or wrong.
  private static final class Matrix {
    private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    private final List<TensorInfo> infos = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();

    Matrix() {
      key("general.type", new Text("imatrix"));
      key("imatrix.datasets", MetadataValue.Array.ofTexts(List.of("x")));
      key("imatrix.chunk_count", new Uint32(1));
      key("imatrix.chunk_size", new Uint32(512));
    }

    Matrix key(String key, MetadataValue value) {
      metadata.put(key, value);
      return this;
    }

    Matrix without(String key) {
      metadata.remove(key);
      return this;
    }

    Matrix tensor(String name, Shape shape, float... values) {
      ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      infos.add(new TensorInfo(name, GgmlType.F32, shape));
      data.add(bytes.array());
      return this;
    }

    Matrix half(String name, Shape shape) {
      infos.add(new TensorInfo(name, GgmlType.F16, shape));
      data.add(new byte[(int) (2 * shape.elements())]);
      return this;
    }

    byte[] array() {
      GgufLayout layout = GgufLayout.of(metadata, infos);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(layout.header().asByteBuffer().array());
      for (byte[] bytes : data) {
        out.writeBytes(bytes);
        out.writeBytes(new byte[Math.floorMod(-bytes.length, layout.alignment())]);
      }
      return out.toByteArray();
    }
  }
}
