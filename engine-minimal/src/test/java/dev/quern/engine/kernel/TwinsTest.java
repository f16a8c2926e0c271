package dev.quern.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Which of two twins runs depends on the compiler: nobody must see it in a result.
class TwinsTest {
  private static final int ROWS = Interleaving.ROWS;
  private final Random random = new Random(5);

  record Pair(GgmlType type, GroupKernel lanes, ScalarGroups scalar) {
    @Override
    public String toString() {
      return type.toString();
    }
  }

  static Stream<Pair> pairs() {
    Map<GgmlType, ScalarGroups> scalars =
        Map.of(
            GgmlType.Q4_0, new Q4_0Scalar(),
            GgmlType.Q8_0, new Q8_0Scalar(),
            GgmlType.Q4_K, new Q4_KScalar(),
            GgmlType.Q5_K, new Q5_KScalar(),
            GgmlType.Q6_K, new Q6_KScalar(),
            GgmlType.IQ4_NL, new IQ4_NLScalar(),
            GgmlType.IQ4_XS, new IQ4_XSScalar());
    return scalars.entrySet().stream()
        .filter(twin -> RowKernels.groups(twin.getKey()).isPresent())
        .sorted(Map.Entry.comparingByKey())
        .map(twin -> new Pair(twin.getKey(), lanes(twin.getKey()), twin.getValue()));
  }

  /// Twins that have switched over run the loops with lanes.
  private static GroupKernel lanes(GgmlType type) {
    Twin twin = (Twin) RowKernels.groups(type).orElseThrow();
    twin.switchOver();
    return (GroupKernel) twin;
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void productsAreEqual(Pair pair) {
    int n = 1280;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = packed(pair, n, arena);
      RoundedVector x = new RoundedVector(n);
      x.round(gaussians(n + 3), 3, n);
      pair.lanes().arrange(x, n);
      float[] expected = new float[ROWS + 2];
      pair.lanes().multiply(w, 0, x, n, expected, 1, new short[GroupKernel.SCRATCH]);
      float[] actual = new float[ROWS + 2];
      pair.scalar().multiply(w, 0, x, n, actual, 1);
      assertThat(actual).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void decodedWeightsAreEqual(Pair pair) {
    int n = 768;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = packed(pair, n, arena);
      switch (pair.lanes()) {
        case ColumnKernel columns -> {
          float[] expected = new float[n * (ROWS + 1) + 2];
          columns.decode(w, 0, n, expected, 1, ROWS + 1);
          float[] actual = new float[n * (ROWS + 1) + 2];
          ((ScalarColumns) pair.scalar()).decode(w, 0, n, actual, 1, ROWS + 1);
          assertThat(actual).isEqualTo(expected);
        }
        case NibbleKernel nibbles -> {
          NibbleTile one = new NibbleTile(n);
          nibbles.decode(w, 0, n, one);
          NibbleTile other = new NibbleTile(n);
          ((ScalarNibbles) pair.scalar()).decode(w, 0, n, other);
          assertThat(other.weights).isEqualTo(one.weights);
          assertThat(other.scales).isEqualTo(one.scales);
          assertThat(other.form).isEqualTo(one.form);
          assertThat(other.offsets).isEqualTo(one.offsets);
        }
      }
    }
  }

  @Test
  void roundedVectorsAreEqual() {
    int n = 256;
    float[] x = gaussians(n + 3);
    Arrays.fill(x, 40, 80, 0);
    x[99] = 1e20f;
    x[130] = -0x1p-140f;
    RoundedVector expected = new RoundedVector(n);
    expected.scalar(x, 3, n);
    RoundedVector actual = new RoundedVector(n);
    actual.lanes(x, 3, n);
    assertThat(actual.pairs).isEqualTo(expected.pairs);
    assertThat(actual.scales).isEqualTo(expected.scales);
    assertThat(actual.exact).isEqualTo(expected.exact);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, OFFSET",
    "1, 7, PLAIN",
    "1, 32, FIVE_BITS",
    "2, 33, OFFSET",
    "2, 33, PLAIN",
    "2, 64, FIVE_BITS"
  })
  void nibbleProductsAreEqual(int vectors, int tokens, NibbleForm form) {
    int columns = Math.min(tokens, vectors * NibbleColumns.WIDTH);
    int depth = NibbleProduct.SPAN + 96;
    NibbleTile tile = new NibbleTile(depth);
    tile.form = form;
    int most = 8 * 32 / form.together;
    for (int i = 0; i < tile.weights.length; i++) {
      tile.weights[i] = RoundedVector.twice(random.nextInt(-most, most));
    }
    for (int i = 0; i < tile.scales.length; i++) {
      tile.scales[i] = random.nextFloat();
      tile.offsets[i] = random.nextFloat();
    }
    NibbleColumns x = rounded(vectors, columns, depth);
    int stride = vectors * NibbleColumns.WIDTH;
    float[] expected = gaussians(ROWS * stride);
    float[] actual = expected.clone();
    NibbleProduct.lanes(tile, ROWS, x, 0, vectors, expected, 0, stride, depth);
    NibbleScalar.add(tile, ROWS, x, 0, vectors, columns, actual, 0, stride, depth);
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < columns; column++) {
        assertThat(actual[row * stride + column]).isEqualTo(expected[row * stride + column]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 1000})
  void placedColumnsAreEqual(int tokens) {
    int present = Math.min(tokens, NibbleColumns.WIDTH);
    int stride = 40;
    float[] x = gaussians(NibbleColumns.WIDTH * stride);
    Arrays.fill(x, stride, stride + 32, 0);
    NibbleColumns one = new NibbleColumns();
    one.reserve(NibbleColumns.WIDTH, 32);
    NibbleColumns other = new NibbleColumns();
    other.reserve(NibbleColumns.WIDTH, 32);
    int[] scratch = new int[NibbleColumns.SCRATCH];
    NibbleRounding.place(one, x, 0, stride, present, 0, 0, Lanes.LENGTH, scratch);
    Arrays.fill(scratch, 7);
    NibbleScalar.place(other, x, 0, stride, present, 0, 0, Lanes.LENGTH, scratch);
    assertThat(other.values).isEqualTo(one.values);
    assertThat(other.scales).isEqualTo(one.scales);
    assertThat(other.sums).isEqualTo(one.sums);
  }

  private NibbleColumns rounded(int vectors, int tokens, int depth) {
    float[] x = gaussians(vectors * NibbleColumns.WIDTH * depth);
    NibbleColumns columns = new NibbleColumns();
    columns.reserve(vectors * NibbleColumns.WIDTH, depth);
    int ints = vectors * Lanes.LENGTH;
    for (int v = 0; v < vectors; v++) {
      for (int k = 0; k < depth; k += 32) {
        columns.place(
            x,
            v * NibbleColumns.WIDTH * depth + k,
            depth,
            Math.clamp(tokens - v * NibbleColumns.WIDTH, 0, NibbleColumns.WIDTH),
            v * Lanes.LENGTH + k * ints,
            v * NibbleColumns.WIDTH + k / 16 * ints,
            ints,
            new int[NibbleColumns.SCRATCH]);
      }
    }
    return columns;
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 4", "2, 5", "2, 8"})
  void blockProductsAreEqual(int vectors, int tokens) {
    int stride = vectors * Lanes.LENGTH;
    int depth = 37;
    int rows = 2 * Block.HEIGHT;
    float[] w = gaussians(depth * rows);
    float[] x = gaussians(depth * stride);
    float[] expected = gaussians(rows * stride);
    float[] actual = expected.clone();
    Block.lanes(w, 0, rows, rows, x, 0, vectors, expected, 0, stride, depth);
    int columns = Math.min(tokens, stride);
    BlockScalar.add(w, 0, 1, rows, rows, x, 0, stride, columns, actual, 0, stride, depth);
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        assertThat(actual[row * stride + column]).isEqualTo(expected[row * stride + column]);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void tileProductsAreEqual(int vectors) {
    int stride = vectors * Lanes.LENGTH + 3;
    int depth = 37;
    int rows = 13;
    float[] w = gaussians(depth * rows);
    float[] x = gaussians(depth * stride);
    float[] expected = gaussians(rows * stride);
    float[] actual = expected.clone();
    Tile.lanes(w, 0, depth, rows, x, 0, stride, vectors, expected, 0, stride, depth);
    int columns = vectors * Lanes.LENGTH;
    BlockScalar.add(w, 0, depth, 1, rows, x, 0, stride, columns, actual, 0, stride, depth);
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void decodedHalvesAreEqual() {
    int n = RowDecoder.SCRATCH - 3;
    short[] halves = new short[n];
    for (int i = 0; i < n; i++) {
      halves[i] = (short) random.nextInt();
    }
    float[] expected = new float[n + 2];
    BF16Decoder.scalar(halves, 0, expected, 1, n);
    float[] actual = new float[n + 2];
    BF16Decoder.lanes(halves, actual, 1, n);
    assertThat(actual).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"F16", "BF16"})
  void productsOfHalvesAreEqual(GgmlType type) {
    int n = 5 * Lanes.LENGTH + 3;
    int rows = RowProduct.AT_ONCE + 3;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(2L * n * rows, 64);
      BlockCodecs.find(type)
          .orElseThrow()
          .newEncoder()
          .encode(gaussians(n * rows), 0, n * rows, w, 0);
      float[] x = gaussians(n + 2);
      HalfProduct product = (HalfProduct) RowKernels.product(type).orElseThrow();
      float[] expected = new float[rows + 1];
      product.switchOver();
      product.multiply(w, 0, rows, x, 2, n, expected, 1);
      float[] actual = new float[rows + 1];
      product.scalar(w, 0, rows, x, 2, n, actual, 1);
      assertThat(actual).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = GgmlType.class,
      names = {"F16", "BF16"})
  void productsWithRoundedVectorsAreEqual(GgmlType type) {
    int n = 6 * Lanes.LENGTH + 3;
    int rows = RowProduct.AT_ONCE + 3;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = arena.allocate(2L * n * rows, 64);
      BlockCodecs.find(type)
          .orElseThrow()
          .newEncoder()
          .encode(gaussians(n * rows), 0, n * rows, w, 0);
      float[] x = gaussians(n + 2);
      HalfProduct.Format format = type == GgmlType.F16 ? F16Rows.FORMAT : BF16Rows.FORMAT;
      PairProduct product =
          new PairProduct(type == GgmlType.F16 ? F16Pairs::multiply : BF16Pairs::multiply, format);
      short[] halves = new short[n];
      product.round(x, 2, n, halves);
      float[] expected = new float[rows + 1];
      product.multiply(w, 0, rows, halves, n, expected, 1);
      product.switchOver();
      float[] actual = new float[rows + 1];
      product.multiply(w, 0, rows, halves, n, actual, 1);
      assertThat(actual).isEqualTo(expected);
      double exact = 0;
      double size = 0;
      for (int i = 0; i < n; i++) {
        double each = (double) format.value(w.get(Le.SHORT, 2L * i)) * x[i + 2];
        exact += each;
        size += Math.abs(each);
      }
      // of each float, 2^-9 at most
      assertThat((double) actual[1]).isCloseTo(exact, within(size / 511));
    }
  }

  @Test
  void bf16IsRoundedToTheNearest() {
    float[] x = {
      0,
      -0f,
      1,
      Float.intBitsToFloat(0x3f808000),
      Float.intBitsToFloat(0x3f818000),
      Float.intBitsToFloat(0xbf808001),
      Float.intBitsToFloat(0x3f807fff),
      Float.MAX_VALUE,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.MIN_VALUE
    };
    short[] halves = new short[x.length];
    new PairProduct(BF16Pairs::multiply, BF16Rows.FORMAT).round(x, 0, x.length, halves);
    assertThat(halves)
        .containsExactly(
            0, 0x8000, 0x3f80, 0x3f80, 0x3f82, 0xbf81, 0x3f80, 0x7f80, 0xff80, 0x7fc0, 0);
  }

  @Test
  void rowsOfAModelThatIsClosedAreForgotten() {
    HalfProduct product = new HalfProduct(F16Rows::multiply, F16Rows.FORMAT);
    RowSample closed = new RowSample(product, Arena.ofAuto().allocate(2 * 512, 64), 8, 64);
    closed.close();
    assertThat(Warming.begin(Stream.of(), Stream.of(), Stream.of(closed)))
        .failsWithin(Duration.ofSeconds(60));
    assertThat(product.compiled()).isFalse();
    RowSample open = new RowSample(product, Arena.ofAuto().allocate(2 * 512, 64), 8, 64);
    Warming.begin(Stream.of(), Stream.of(), Stream.of(open)).join();
    assertThat(product.compiled()).isTrue();
  }

  @Test
  void activationsAreEqual() {
    int n = 8 * Lanes.LENGTH;
    float[] scores = gaussians(n + 1);
    scores[5] = Float.NEGATIVE_INFINITY;
    scores[7] = -500;
    float[] same = scores.clone();
    assertThat(Softmax.scalar(same, 1, n, 2)).isEqualTo(Softmax.lanes(scores, 1, n, 2));
    assertThat(same).isEqualTo(scores);
    float[] gate = gaussians(n);
    gate[3] = 200;
    gate[4] = -200;
    float[] other = gate.clone();
    float[] up = gaussians(n);
    SwiGlu.lanes(gate, 0, up, 0, n);
    SwiGlu.scalar(other, 0, up, 0, n);
    assertThat(other).isEqualTo(gate);
  }

  @Test
  void loopsAreCompiledInTheEnd() {
    Warming.begin(
            Stream.of(RowKernels.groups(GgmlType.Q4_K).orElseThrow()), Stream.of(), Stream.of())
        .join();
    assertThat(NibbleProduct.TWIN.compiled()).isTrue();
    assertThat(Tile.TWIN.compiled()).isTrue();
  }

  private MemorySegment packed(Pair pair, int n, Arena arena) {
    BlockCodec codec = BlockCodecs.find(pair.type()).orElseThrow();
    MemorySegment rows = arena.allocate(codec.type().bytes((long) n * ROWS), 2);
    codec.newEncoder().encode(gaussians(n * ROWS), 0, n * ROWS, rows, 0);
    MemorySegment packed = arena.allocate(rows.byteSize(), 64);
    pair.lanes().pack(rows, 0, codec.type().bytes(n), ROWS, n, packed, 0);
    return packed;
  }

  private float[] gaussians(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
