package dev.quern.engine.kernel;

import static dev.quern.formats.GgmlType.IQ4_NL;
import static dev.quern.formats.GgmlType.IQ4_XS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every product against its scalar twin: decode, then multiply and add in doubles. The tolerance
/// is relative to the sum of magnitudes.
class RowKernelsTest {
  private static final int ROWS = 5;

  /// Those that go together, and some more.
  private static final int MANY_ROWS = RowProduct.AT_ONCE + ROWS;

  /// Those with lanes are what is tested here; for their twins, see [TwinsTest].
  @BeforeAll
  static void switchOver() {
    for (GgmlType type : GgmlType.values()) {
      RowKernels.groups(type).ifPresent(kernel -> ((Twin) kernel).switchOver());
      if (RowKernels.decoder(type).orElse(null) instanceof Switch twins) {
        twins.switchOver();
      }
      if (RowKernels.product(type).orElse(null) instanceof Switch twins) {
        twins.switchOver();
      }
    }
  }

  static Stream<BlockCodec> codecs() {
    return BlockCodecs.all().stream().filter(codec -> codec.encodes() && !codec.needsImportance());
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void decodersEqualTheCodec(BlockCodec codec) {
    RowDecoder decoder = RowKernels.decoder(codec.type()).orElseThrow();
    for (int n : lengths(codec.type())) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment rows = rows(codec, ROWS, n, arena);
        float[] expected = new float[n * ROWS];
        codec.decode(rows, 0, expected, 0, n * ROWS);
        float[] actual = new float[n * ROWS + 2];
        decoder.decode(rows, 0, actual, 1, n * ROWS, new short[RowDecoder.SCRATCH]);
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i + 1]).isEqualTo(expected[i]);
        }
        assertThat(actual[0] + actual[n * ROWS + 1]).isZero();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void floatProductsEqualTheTwin(BlockCodec codec) {
    RowKernels.product(codec.type())
        .ifPresent(
            product -> {
              for (int n : lengths(codec.type())) {
                check(
                    codec,
                    MANY_ROWS,
                    n,
                    1e-6,
                    (rows, x, y) -> product.multiply(rows, 0, MANY_ROWS, x, 3, n, y, 1));
              }
            });
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void floatProductsDoNotDependOnTheRowsBeside(BlockCodec codec) {
    RowKernels.product(codec.type())
        .ifPresent(
            product -> {
              for (int n : lengths(codec.type())) {
                try (Arena arena = Arena.ofConfined()) {
                  MemorySegment rows = rows(codec, MANY_ROWS, n, arena);
                  float[] x = gaussians(n, n);
                  float[] together = new float[MANY_ROWS];
                  product.multiply(rows, 0, MANY_ROWS, x, 0, n, together, 0);
                  float[] alone = new float[MANY_ROWS];
                  for (int r = 0; r < MANY_ROWS; r++) {
                    product.multiply(rows, codec.type().bytes(n) * r, 1, x, 0, n, alone, r);
                  }
                  assertThat(alone).isEqualTo(together);
                }
              }
            });
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void int8ProductsStayNearTheTwin(BlockCodec codec) {
    RowKernels.int8(codec.type())
        .ifPresent(
            kernel -> {
              for (int n : lengths(codec.type())) {
                Int8Vector rounded = new Int8Vector(n);
                check(
                    codec,
                    ROWS,
                    n,
                    1e-2,
                    (rows, x, y) -> {
                      rounded.round(kernel.layout(), x, 3, n);
                      kernel.product().multiply(rows, 0, ROWS, rounded, n, y, 1);
                    });
              }
            });
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void groupsDecodeToWhatTheCodecDecodes(BlockCodec codec) {
    RowKernels.groups(codec.type())
        .ifPresent(
            kernel -> {
              for (int n : lengths(codec.type())) {
                try (Arena arena = Arena.ofConfined()) {
                  MemorySegment rows = rows(codec, ROWS, n, arena);
                  float[] expected = new float[n * ROWS];
                  codec.decode(rows, 0, expected, 0, n * ROWS);
                  MemorySegment packed = packed(codec, rows, n, arena);
                  float[] padded = Arrays.copyOf(expected, n * Interleaving.ROWS);
                  switch (kernel) {
                    case ColumnKernel columns -> checkColumns(columns, packed, n, padded);
                    case NibbleKernel nibbles -> checkTile(nibbles, packed, n, padded);
                  }
                }
              }
            });
  }

  private static void checkColumns(
      ColumnKernel kernel, MemorySegment packed, int n, float[] expected) {
    float[] actual = new float[n * Interleaving.ROWS];
    kernel.decode(packed, 0, n, actual, 0, Interleaving.ROWS);
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < Interleaving.ROWS; r++) {
        assertThat(actual[i * Interleaving.ROWS + r] - expected[r * n + i]).isZero();
      }
    }
  }

  /// Without an offset, a product is the weight; with one, it is rounded twice more.
  private static void checkTile(
      NibbleKernel kernel, MemorySegment packed, int n, float[] expected) {
    NibbleTile tile = new NibbleTile(n);
    kernel.decode(packed, 0, n, tile);
    for (int i = 0; i < n; i++) {
      for (int r = 0; r < Interleaving.ROWS; r++) {
        int pair = tile.weights[i * Interleaving.ROWS + r];
        assertThat(pair).isEqualTo(RoundedVector.twice((short) pair));
        int place = i / 32 * Interleaving.ROWS + r;
        float offset = tile.form == NibbleForm.PLAIN ? 0 : tile.offsets[place];
        float product = (short) pair * tile.scales[place];
        double tolerance =
            tile.form == NibbleForm.PLAIN ? 0 : 0x1p-22 * (Math.abs(product) + Math.abs(offset));
        assertThat(Math.abs(product + offset - expected[r * n + i]))
            .isLessThanOrEqualTo((float) tolerance);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void groupProductsEqualTheTwinOfWhatWasRounded(BlockCodec codec) {
    RowKernels.groups(codec.type())
        .ifPresent(
            kernel -> {
              for (int n : lengths(codec.type())) {
                RoundedVector rounded = new RoundedVector(n);
                float[] products = new float[Interleaving.ROWS];
                check(
                    codec,
                    ROWS,
                    n,
                    2e-6,
                    (rows, x, y) -> {
                      rounded.round(x, 3, n);
                      kernel.arrange(rounded, n);
                      if (codec.type() != IQ4_NL && codec.type() != IQ4_XS) {
                        for (int i = 0; i < n; i++) {
                          float scale = rounded.scales[i / 32] / RoundedVector.HALF_WAY;
                          x[3 + i] = (short) rounded.pairs[i] * scale;
                        }
                      }
                      MemorySegment packed = packed(codec, rows, n, Arena.ofAuto());
                      kernel.multiply(
                          packed, 0, rounded, n, products, 0, new short[GroupKernel.SCRATCH]);
                      System.arraycopy(products, 0, y, 1, ROWS);
                    });
              }
            });
  }

  private static MemorySegment packed(BlockCodec codec, MemorySegment rows, int n, Arena arena) {
    GroupKernel kernel = RowKernels.groups(codec.type()).orElseThrow();
    long rowBytes = codec.type().bytes(n);
    MemorySegment packed = arena.allocate(rowBytes * Interleaving.ROWS, 64);
    packed.fill((byte) 0x55);
    kernel.pack(rows, 0, rowBytes, ROWS, n, packed, 0);
    return packed;
  }

  private interface Multiplication {
    void run(MemorySegment rows, float[] x, float[] y);
  }

  private static void check(
      BlockCodec codec, int count, int n, double tolerance, Multiplication subject) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = rows(codec, count, n, arena);
      float[] x = gaussians(n + 3, n);
      float[] y = new float[count + 2];
      subject.run(rows, x, y);
      float[] weights = new float[n * count];
      codec.decode(rows, 0, weights, 0, n * count);
      for (int r = 0; r < count; r++) {
        double expected = 0;
        double magnitude = 0;
        for (int i = 0; i < n; i++) {
          double term = (double) weights[r * n + i] * x[i + 3];
          expected += term;
          magnitude += Math.abs(term);
        }
        assertThat(Math.abs(y[r + 1] - expected))
            .as("%s, row %d of %d weights", codec.type(), r, n)
            .isLessThanOrEqualTo(tolerance * magnitude);
      }
      assertThat(y[0] + y[count + 1]).isZero();
    }
  }

  private static MemorySegment rows(BlockCodec codec, int count, int n, Arena arena) {
    MemorySegment rows = arena.allocate(codec.type().bytes((long) n * count), 2);
    codec.newEncoder().encode(gaussians(n * count, 17), 0, n * count, rows, 0);
    return rows;
  }

  private static int[] lengths(GgmlType type) {
    int block = type.blockSize();
    return block == 1
        ? new int[] {1, 3, 15, 16, 17, 63, 64, 65, 172, 1000}
        : new int[] {block, 2 * block, 3 * block, 8 * block, 11 * block};
  }

  private static float[] gaussians(int n, long seed) {
    Random random = new Random(seed);
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
