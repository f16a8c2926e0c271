package dev.quern.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoopsTest {
  private final Random random = new Random(3);

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 3, 4, 7, 8, 15, 16, 17, 31, 32, 64, 67, 300})
  void dotIsTheSumOfProducts(int n) {
    float[] a = values(n + 2, 1);
    float[] b = values(n + 5, 1);
    double expected = 0;
    double magnitude = 0;
    for (int i = 0; i < n; i++) {
      expected += (double) a[2 + i] * b[5 + i];
      magnitude += Math.abs((double) a[2 + i] * b[5 + i]);
    }
    assertThat((double) FloatLoops.dot(a, 2, b, 5, n))
        .isCloseTo(expected, within(1e-6 * magnitude));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 48, 257})
  void rmsNormDividesByTheRootOfTheMeanSquare(int n) {
    float[] x = values(n, 3);
    float[] weight = values(n, 1);
    float[] out = new float[n + 1];
    FloatLoops.rmsNorm(x, 0, weight, 0, 1e-5f, out, 1, n);
    double squares = 0;
    for (float v : x) {
      squares += (double) v * v;
    }
    for (int i = 0; i < n; i++) {
      double expected = x[i] / Math.sqrt(squares / n + 1e-5) * weight[i];
      assertThat((double) out[i + 1]).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 48, 257})
  void layerNormDividesByTheDeviation(int n) {
    float[] x = values(n, 3);
    float[] weight = values(n + 2, 1);
    float[] out = new float[n + 1];
    FloatLoops.layerNorm(x, 0, weight, 2, 1e-5f, out, 1, n);
    double mean = 0;
    double squares = 0;
    for (float v : x) {
      mean += v / (double) n;
      squares += (double) v * v / n;
    }
    for (int i = 0; i < n; i++) {
      double deviation = Math.sqrt(Math.max(0, squares - mean * mean) + 1e-5);
      double expected = (x[i] - mean) / deviation * weight[i + 2];
      assertThat((double) out[i + 1]).isCloseTo(expected, within(2e-6));
    }
    FloatLoops.layerNorm(x, 0, weight, 2, 1e-5f, x, 0, n); // in place
    for (int i = 0; i < n; i++) {
      assertThat(x[i]).isEqualTo(out[i + 1]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 33, 200})
  void swiGluIsExactToAFewUnitsInTheLastPlace(int n) {
    float[] gate = values(n, 20);
    gate[n - 1] = n % 2 == 0 ? 200 : -200;
    float[] up = values(n, 1);
    float[] out = gate.clone();
    SwiGlu.apply(out, 0, up, 0, n);
    for (int i = 0; i < n; i++) {
      double expected = gate[i] / (1 + Math.exp(-gate[i])) * up[i];
      assertThat((double) out[i]).isCloseTo(expected, within(1e-6 * Math.abs(expected) + 1e-30));
    }
  }

  @Test
  void exponentialsSumToTheirSum() {
    float[] scores = values(64, 5);
    scores[3] = Float.NEGATIVE_INFINITY;
    scores[60] = -200;
    float largest = Softmax.maxLanes(scores, 0, 64, -1);
    assertThat(largest).isEqualTo(Softmax.maxScalar(scores, 0, 64, -1));
    float[] out = scores.clone();
    float sum = Softmax.exponentials(out, 0, 64, largest);
    double expected = 0;
    float most = -1;
    for (int i = 0; i < 64; i++) {
      double e = Math.exp((double) scores[i] - largest);
      assertThat((double) out[i]).isCloseTo(e, within(1e-6 * e + 1e-30));
      expected += e;
      most = Math.max(most, scores[i]);
    }
    assertThat(largest).isEqualTo(most);
    assertThat(out[3]).isZero();
    assertThat((double) sum).isCloseTo(expected, within(1e-5));
  }

  @Test
  void halvesAreDecodedWithInfinitiesAndNaN() {
    short[] halves = new short[1 << 16];
    for (int i = 0; i < halves.length; i++) {
      halves[i] = (short) i;
    }
    float[] out = new float[halves.length];
    FloatLoops.fromHalves(halves, 0, out, 0, halves.length);
    for (int i = 0; i < halves.length; i++) {
      assertThat(Float.floatToIntBits(out[i]))
          .isEqualTo(Float.floatToIntBits(Float.float16ToFloat((short) i)));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 6, 7, 12, 13})
  void tilesAddRowsTimesColumns(int rows) {
    for (int vectors : new int[] {1, 2, Tile.WIDEST}) {
      int columns = vectors * Lanes.LENGTH;
      int depth = 37;
      float[] w = values(rows * 40 + 3, 1);
      float[] x = values(depth * (columns + 8) + 5, 1);
      float[] c = values(rows * (columns + 4) + 7, 1);
      float[] before = c.clone();
      Tile.lanes(w, 3, 40, rows, x, 5, columns + 8, vectors, c, 7, columns + 4, depth);
      for (int r = 0; r < rows; r++) {
        for (int t = 0; t < columns; t++) {
          float sum = 0;
          for (int k = 0; k < depth; k++) {
            sum = Math.fma(x[5 + k * (columns + 8) + t], w[3 + r * 40 + k], sum);
          }
          int at = 7 + r * (columns + 4) + t;
          assertThat(c[at]).isEqualTo(sum + before[at]);
          c[at] = before[at];
        }
      }
      assertThat(c).isEqualTo(before); // nothing beside the columns was touched
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void blocksAddRowsTimesColumns(int vectors) {
    int rows = 2 * Block.HEIGHT;
    int columns = vectors * Lanes.LENGTH;
    int depth = 37;
    float[] w = values(depth * (rows + 5) + 3, 1);
    float[] x = values(depth * columns + 5, 1);
    float[] c = values(rows * (columns + 4) + 7, 1);
    float[] before = c.clone();
    Block.lanes(w, 3, rows + 5, rows, x, 5, vectors, c, 7, columns + 4, depth);
    for (int r = 0; r < rows; r++) {
      for (int t = 0; t < columns; t++) {
        float sum = 0;
        for (int k = 0; k < depth; k++) {
          sum = Math.fma(x[5 + k * columns + t], w[3 + k * (rows + 5) + r], sum);
        }
        int at = 7 + r * (columns + 4) + t;
        assertThat(c[at]).isEqualTo(sum + before[at]);
        c[at] = before[at];
      }
    }
    assertThat(c).isEqualTo(before); // nothing beside the columns was touched
  }

  @ParameterizedTest
  @CsvSource({"1, OFFSET", "1, PLAIN", "1, FIVE_BITS", "2, OFFSET", "2, PLAIN", "2, FIVE_BITS"})
  void nibblesAddRowsTimesRoundedColumns(int vectors, NibbleForm form) {
    int tokens = vectors * NibbleColumns.WIDTH;
    int depth = 64;
    NibbleTile tile = new NibbleTile(depth);
    tile.form = form;
    int most = 8 * 32 / form.together;
    for (int i = 0; i < tile.weights.length; i++) {
      tile.weights[i] = RoundedVector.twice(i % 5 == 0 ? -most : random.nextInt(-most, most));
    }
    for (int i = 0; i < tile.scales.length; i++) {
      tile.scales[i] = random.nextFloat();
      tile.offsets[i] = form == NibbleForm.PLAIN ? 0 : random.nextFloat();
    }
    float[] x = values(tokens * depth, 3);
    NibbleColumns columns = new NibbleColumns();
    columns.reserve(tokens, depth);
    int ints = vectors * Lanes.LENGTH;
    for (int v = 0; v < vectors; v++) {
      for (int k = 0; k < depth; k += 32) {
        columns.place(
            x,
            v * NibbleColumns.WIDTH * depth + k,
            depth,
            NibbleColumns.WIDTH - 1,
            v * Lanes.LENGTH + k * ints,
            v * NibbleColumns.WIDTH + k / 16 * ints,
            ints,
            new int[NibbleColumns.SCRATCH]);
      }
    }
    float[] c = new float[8 * tokens];
    NibbleProduct.lanes(tile, 8, columns, 0, vectors, c, 0, tokens, depth);
    int[] block = new int[32];
    for (int t = 0; t < tokens; t++) {
      boolean present = t % NibbleColumns.WIDTH != NibbleColumns.WIDTH - 1;
      for (int r = 0; r < 8; r++) {
        double expected = 0;
        double magnitude = 0;
        for (int k = 0; k < depth; k += 32) {
          float d = Rounding32.round(x, t * depth + k, block);
          for (int i = 0; i < 32; i++) {
            int scale = k / 32 * NibbleTile.ROWS + r;
            double w =
                (short) tile.weights[(k + i) * NibbleTile.ROWS + r] * (double) tile.scales[scale];
            double term = (w + tile.offsets[scale]) * d * block[i];
            expected += present ? term : 0;
            magnitude += Math.abs(term);
          }
        }
        assertThat((double) c[r * tokens + t]).isCloseTo(expected, within(1e-6 * magnitude));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(NibbleForm.class)
  void sumsOfNibblesReachTheEndsOfSixteenBits(NibbleForm form) {
    NibbleTile tile = new NibbleTile(32);
    tile.form = form;
    int least = -8 * 32 / form.together;
    Arrays.fill(tile.weights, RoundedVector.twice(least));
    Arrays.fill(tile.scales, 1);
    float[] x = new float[NibbleColumns.WIDTH * 32];
    Arrays.fill(x, 127);
    NibbleColumns columns = new NibbleColumns();
    columns.reserve(NibbleColumns.WIDTH, 32);
    columns.place(
        x, 0, 32, NibbleColumns.WIDTH, 0, 0, Lanes.LENGTH, new int[NibbleColumns.SCRATCH]);
    float[] c = new float[8 * NibbleColumns.WIDTH];
    NibbleProduct.lanes(tile, 8, columns, 0, 1, c, 0, NibbleColumns.WIDTH, 32);
    assertThat(c).containsOnly(least * 127 * 32);
  }

  @Test
  void roundingKeepsEveryElementInItsPlace() {
    float[] x = new float[256];
    for (int i = 0; i < 256; i++) {
      x[i] = i - 128;
    }
    for (Int8Layout layout : Int8Layout.values()) {
      Int8Vector vector = new Int8Vector(256);
      vector.round(layout, x, 0, 256);
      float[] back = new float[256];
      for (int i = 0; i < 256; i++) {
        back[i] = vector.values[i] * vector.scales[0];
      }
      Arrays.sort(back);
      for (int i = 0; i < 256; i++) {
        assertThat(back[i]).as("%s %d", layout, i).isCloseTo(x[i], within(0.51f));
      }
    }
  }

  private float[] values(int n, float scale) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = scale * (float) random.nextGaussian();
    }
    return values;
  }
}
