package dev.quern.quantizers.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class GridTest {
  /// `name, number of values: CRC-32` as `make-grids.py` of `src/test/golden` found them in
  /// gguf-py.
  @Test
  void hasTheCodeBooksOfGgufPy() throws IOException {
    Map<String, float[]> books = new LinkedHashMap<>();
    books.put("IQ2_XXS", values(Grid.IQ2_XXS));
    books.put("IQ2_XS", values(Grid.IQ2_XS));
    books.put("IQ2_S", values(Grid.IQ2_S));
    books.put("IQ3_XXS", values(Grid.IQ3_XXS));
    books.put("IQ3_S", values(Grid.IQ3_S));
    books.put("IQ1_S", values(Grid.IQ1));
    books.put("IQ4_NL", UnevenTable.FLOATS);
    books.put("MXFP4", valuesOfMxfp4());
    List<String> got = new ArrayList<>();
    books.forEach((name, x) -> got.add("%s %d %08x".formatted(name, x.length, crc(x))));
    try (InputStream in = GridTest.class.getResourceAsStream("/golden/books.txt")) {
      String wanted =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      assertThat(got).isEqualTo(wanted.lines().toList());
    }
  }

  private static float[] values(Grid grid) {
    float[] values = new float[grid.size * grid.width];
    for (int point = 0; point < grid.size; point++) {
      grid.put(point, 1, 0, values, point * grid.width);
    }
    return values;
  }

  private static float[] valuesOfMxfp4() {
    byte[] block = new byte[17];
    block[0] = (byte) 128; // times one half of two
    for (int i = 0; i < 16; i++) {
      block[1 + i] = (byte) i;
    }
    float[] values = new float[32];
    new MXFP4().decode(MemorySegment.ofArray(block), 0, values, 0, 32);
    return Arrays.copyOf(values, 16);
  }

  private static long crc(float[] x) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * x.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(x);
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  @Test
  void hasNoPointTwice() {
    for (Grid grid :
        new Grid[] {Grid.IQ2_XXS, Grid.IQ2_XS, Grid.IQ2_S, Grid.IQ3_XXS, Grid.IQ3_S, Grid.IQ1}) {
      long points =
          IntStream.range(0, grid.size)
              .mapToObj(
                  p ->
                      Arrays.toString(
                          Arrays.copyOfRange(grid.levels, p * grid.width, (p + 1) * grid.width)))
              .distinct()
              .count();
      assertThat(points).isEqualTo(grid.size);
    }
  }

  @Test
  void makesTheNumberOfMinusSignsEven() {
    assertThat(Grid.evenSigns(0)).isZero();
    assertThat(Grid.evenSigns(1)).isEqualTo(0x81);
    assertThat(Grid.evenSigns(3)).isEqualTo(3);
    assertThat(Grid.evenSigns(127)).isEqualTo(0xff);
  }
}
