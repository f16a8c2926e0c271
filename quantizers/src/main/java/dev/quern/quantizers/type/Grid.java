package dev.quern.quantizers.type;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// A code book: numbered points, each of which stands for four or eight neighbouring weights.
///
/// A coordinate of a point is a level, 0 and up; what a level is worth differs between types. The
/// resource `NAME.grid` has the levels of one point on each line.
final class Grid {
  static final Grid IQ2_XXS = new Grid("IQ2_XXS", 256, 8, 8, 25, 43);
  static final Grid IQ2_XS = new Grid("IQ2_XS", 512, 8, 8, 25, 43);
  static final Grid IQ2_S = new Grid("IQ2_S", 1024, 8, 8, 25, 43);
  static final Grid IQ3_XXS = new Grid("IQ3_XXS", 256, 4, 4, 12, 20, 28, 36, 44, 52, 62);
  static final Grid IQ3_S = new Grid("IQ3_S", 512, 4, 1, 3, 5, 7, 9, 11, 13, 15);
  static final Grid IQ1 = new Grid("IQ1_S", 2048, 8, -1, 0, 1);

  /// Coordinates that a kernel takes at a time: all widths are multiples of it.
  static final int STEP = 4;

  /// Number of points.
  final int size;

  /// Coordinates of a point.
  final int width;

  /// Levels of all points, one after the other.
  final byte[] levels;

  private final float[] values;

  private Grid(String name, int size, int width, float... worth) {
    this.size = size;
    this.width = width;
    this.levels = read(name, size, width, worth.length);
    this.values = new float[levels.length];
    for (int i = 0; i < levels.length; i++) {
      values[i] = worth[levels[i]];
    }
  }

  private static byte[] read(String name, int size, int width, int top) {
    byte[] levels = new byte[size * width];
    try (InputStream in = Grid.class.getResourceAsStream(name + ".grid");
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Objects.requireNonNull(in, name), StandardCharsets.US_ASCII))) {
      for (int point = 0; point < size; point++) {
        String line = Objects.requireNonNull(lines.readLine(), name);
        for (int i = 0; i < width; i++) {
          levels[point * width + i] = (byte) Objects.checkIndex(line.charAt(i) - '0', top);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return levels;
  }

  /// Writes the weights of `point` to `out[to]` and on; bit `i` of `signs` makes weight `i`
  /// negative.
  void put(int point, float scale, int signs, float[] out, int to) {
    for (int i = 0; i < width; i++) {
      float value = scale * values[point * width + i];
      int sign = signs << (31 - i) & 0x80000000;
      out[to + i] = Float.intBitsToFloat(Float.floatToRawIntBits(value) ^ sign);
    }
  }

  /// Writes `scale * (value + offset)` for each value of `point`.
  void putShifted(int point, float scale, float offset, float[] out, int to) {
    for (int i = 0; i < width; i++) {
      out[to + i] = scale * (values[point * width + i] + offset);
    }
  }

  /// The signs of eight weights from those of seven: the last one makes their number even.
  static int evenSigns(int seven) {
    return seven | (Integer.bitCount(seven) & 1) << 7;
  }
}
