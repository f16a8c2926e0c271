package dev.quern.quantizers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Importance that is zero, tiny or huge, against odd weights: the bytes of the reference wherever
/// it has any. Where its own check of its blocks fails, ours are no numbers either, so that a check
/// finds them; where it ends the process, ours goes on. The table comes from
/// `src/test/golden/make-importance-cases.py`.
@Tag("lanes")
class ImportanceCasesTest {
  private static final int COLUMNS = 256;

  static List<String> cases() throws IOException {
    List<String> lines = text("importance-cases.txt").lines().toList();
    return lines.subList(1, lines.size());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void writesTheBytesOfTheReference(String line) throws IOException {
    List<String> words = List.of(line.split(" ", -1));
    List<String> names =
        List.of(text("importance-cases.txt").lines().findFirst().orElseThrow().split(" ", -1));
    BlockCodec codec = BlockCodecs.of(GgmlType.valueOf(words.getFirst()));
    List<float[]> rows = rows();
    int weights = rows.size() - names.size() + 2;
    float[] x = rows.get(row(words.get(1)));
    for (int i = 2; i < words.size(); i++) {
      float[] importance = rows.get(weights + i - 2);
      String wanted = words.get(i);
      assertThat(outcome(codec, codec.newEncoder(), x, importance, wanted))
          .as(names.get(i))
          .isEqualTo(wanted);
      assertThat(outcome(codec, codec.newScalarEncoder(), x, importance, wanted))
          .as(names.get(i) + ", scalar")
          .isEqualTo(wanted);
    }
  }

  private static int row(String weights) throws IOException {
    return text("importance-cases.txt")
        .lines()
        .skip(1)
        .map(line -> line.split(" ", -1)[1])
        .distinct()
        .toList()
        .indexOf(weights);
  }

  /// The word that describes our blocks.
  private static String outcome(
      BlockCodec codec, RowEncoder encoder, float[] x, float[] importance, String wanted) {
    byte[] blocks = new byte[(int) codec.type().bytes(COLUMNS)];
    encoder.encode(x, 0, COLUMNS, importance, 0, MemorySegment.ofArray(blocks), 0);
    float[] decoded = new float[COLUMNS];
    codec.decode(MemorySegment.ofArray(blocks), 0, decoded, 0, COLUMNS);
    boolean finite = true;
    for (float value : decoded) {
      finite &= Float.isFinite(value);
    }
    if (!finite && !wanted.equals("abort")) {
      return "NaN";
    }
    CRC32 crc = new CRC32();
    crc.update(blocks);
    return wanted.equals("abort") ? wanted : "%08x".formatted(crc.getValue());
  }

  private static List<float[]> rows() throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(bytes("importance-cases.f32")).order(ByteOrder.LITTLE_ENDIAN);
    List<float[]> rows = new ArrayList<>();
    while (bytes.hasRemaining()) {
      float[] row = new float[COLUMNS];
      for (int i = 0; i < COLUMNS; i++) {
        row[i] = bytes.getFloat();
      }
      rows.add(row);
    }
    return rows;
  }

  private static String text(String name) throws IOException {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ImportanceCasesTest.class.getResourceAsStream("/golden/" + name))) {
      return in.readAllBytes();
    }
  }
}
