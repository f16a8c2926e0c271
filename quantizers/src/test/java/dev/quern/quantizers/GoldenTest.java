package dev.quern.quantizers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every codec against the bytes of the reference implementation.
@Tag("lanes")
class GoldenTest {
  static Stream<BlockCodec> codecs() {
    return BlockCodecs.all().stream()
        .filter(codec -> codec.encodes() && !codec.needsImportance())
        .filter(codec -> codec.type() != GgmlType.F32);
  }

  static Stream<BlockCodec> decoders() {
    return BlockCodecs.all().stream().filter(codec -> codec.type() != GgmlType.F32);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void scalarEncoderWritesTheBytesOfLlamaQuantize(BlockCodec codec) {
    assertThat(wrongBlocks(codec, codec.newScalarEncoder())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void laneEncoderWritesTheBytesOfLlamaQuantize(BlockCodec codec) {
    assertThat(wrongBlocks(codec, codec.newEncoder())).isEmpty();
  }

  static Stream<BlockCodec> weighted() {
    return BlockCodecs.all().stream()
        .filter(codec -> codec.encodes() && codec.type().isQuantized());
  }

  @ParameterizedTest
  @MethodSource("weighted")
  void scalarEncoderWritesTheBytesOfTheReferenceWithImportance(BlockCodec codec) {
    assertThat(weightedSums(codec, codec.newScalarEncoder()))
        .isEqualTo(Goldens.weighted(codec.type()));
  }

  @ParameterizedTest
  @MethodSource("weighted")
  void laneEncoderWritesTheBytesOfTheReferenceWithImportance(BlockCodec codec) {
    assertThat(weightedSums(codec, codec.newEncoder())).isEqualTo(Goldens.weighted(codec.type()));
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void decodesToTheFloatsOfGgufPy(BlockCodec codec) {
    List<String> wanted = Goldens.decoded(codec.type());
    MemorySegment blocks = MemorySegment.ofArray(Goldens.blocks(codec.type()));
    List<String> got = new ArrayList<>();
    float[] x = new float[Goldens.GROUP];
    for (int group = 0; group < wanted.size(); group++) {
      codec.decode(blocks, group * codec.type().bytes(x.length), x, 0, x.length);
      got.add(crc(x));
    }
    assertThat(got).isEqualTo(wanted);
  }

  /// Any bytes at all: infinite and undefined scales, too.
  @ParameterizedTest
  @MethodSource("decoders")
  void decodesAnyBytesToTheFloatsOfTheReference(BlockCodec codec) {
    byte[] bytes = Goldens.randomBytes();
    float[] x = new float[bytes.length / codec.type().blockBytes() * codec.type().blockSize()];
    codec.decode(MemorySegment.ofArray(bytes), 0, x, 0, x.length);
    for (int i = 0; i < x.length; i++) {
      x[i] = Float.isNaN(x[i]) ? Float.NaN : x[i];
    }
    assertThat(crc(x)).isEqualTo(Goldens.decodedRandomBytes().get(codec.type()));
  }

  /// `group, block: got, wanted` for each block that differs.
  private static List<String> wrongBlocks(BlockCodec codec, RowEncoder encoder) {
    float[] x = Goldens.inputs();
    byte[] wanted = Goldens.blocks(codec.type());
    byte[] got = new byte[wanted.length];
    encoder.encode(x, 0, x.length, MemorySegment.ofArray(got), 0);
    List<String> wrong = new ArrayList<>();
    int size = codec.type().blockBytes();
    for (int at = 0; at < wanted.length; at += size) {
      byte[] gotBlock = Arrays.copyOfRange(got, at, at + size);
      byte[] wantedBlock = Arrays.copyOfRange(wanted, at, at + size);
      if (!Arrays.equals(gotBlock, wantedBlock)) {
        int first = at / size * codec.type().blockSize();
        String group = Goldens.groups().get(first / Goldens.GROUP);
        String place = group + ", weights from " + first % Goldens.GROUP;
        wrong.add(
            place + ": " + Arrays.toString(gotBlock) + ", wanted " + Arrays.toString(wantedBlock));
      }
    }
    return wrong;
  }

  /// `group, row of importance: CRC-32` of the blocks.
  private static List<String> weightedSums(BlockCodec codec, RowEncoder encoder) {
    float[] x = Goldens.inputs();
    float[] importance = Goldens.importance();
    int columns = Goldens.GROUP / 3;
    byte[] blocks = new byte[(int) codec.type().bytes(Goldens.GROUP)];
    List<String> sums = new ArrayList<>();
    for (int row = 0; row < importance.length; row += columns) {
      for (int at = 0; at < x.length; at += Goldens.GROUP) {
        for (int i = 0; i < Goldens.GROUP; i += columns) {
          long to = codec.type().bytes(i);
          encoder.encode(x, at + i, columns, importance, row, MemorySegment.ofArray(blocks), to);
        }
        CRC32 crc = new CRC32();
        crc.update(blocks);
        String group = Goldens.groups().get(at / Goldens.GROUP);
        sums.add("%s, %d: %08x".formatted(group, row / columns, crc.getValue()));
      }
    }
    return sums;
  }

  private static String crc(float[] x) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * x.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(x);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return String.format("%08x", crc.getValue());
  }
}
