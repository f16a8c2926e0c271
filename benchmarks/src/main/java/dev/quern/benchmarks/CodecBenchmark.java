package dev.quern.benchmarks;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// Encoders and decoders of every type on one thread, the kernel beside its scalar twin.
///
/// An operation is a byte of F16 input and the unit of time a microsecond, so the score reads as MB
/// of F16 per second. `encodeFromHalves` decodes the F16 row first, as a conversion does. For one
/// type: `benchmarks/jmh CodecBenchmark -p type=Q4_K -p importance=true`. Types that are only
/// written with importance are left out without it; decoding is the same with and without.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CodecBenchmark {
  private static final int ROW = 2048;
  private static final int ROWS = 64;
  private static final int BYTES = 2 * ROW * ROWS;

  /// The type that is written or read.
  @Param({
    "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
    "IQ4_NL", "IQ4_XS", "IQ3_S", "IQ3_XXS", "IQ2_S", "IQ2_XS", "IQ2_XXS", "IQ1_M", "IQ1_S", "TQ2_0",
    "TQ1_0", "Q2_0", "Q1_0", "MXFP4", "NVFP4"
  })
  public String type = "";

  /// Whether errors count as an importance matrix says.
  @Param({"false", "true"})
  public boolean importance;

  private final Arena arena = Arena.ofAuto();
  private final float[] x = new float[ROW * ROWS];
  private final float[] row = new float[ROW];
  private final float[] columns = new float[ROW];
  private final BlockCodec f16 = BlockCodecs.of(GgmlType.F16);
  private final MemorySegment halves = arena.allocate(BYTES);
  private BlockCodec codec = f16;
  private RowEncoder kernel = f16.newEncoder();
  private RowEncoder scalar = f16.newScalarEncoder();
  private MemorySegment blocks = halves;
  private long rowBytes;

  /// Makes normal weights of a trained matrix's size.
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) (0.02 * random.nextGaussian());
    }
    f16.newEncoder().encode(x, 0, x.length, halves, 0);
    f16.decode(halves, 0, x, 0, x.length);
    for (int i = 0; i < ROW; i++) {
      columns[i] = (float) Math.exp(random.nextGaussian());
    }
    codec = BlockCodecs.of(GgmlType.valueOf(type));
    kernel = codec.newEncoder();
    scalar = codec.newScalarEncoder();
    rowBytes = codec.type().bytes(ROW);
    blocks = arena.allocate(ROWS * rowBytes);
    if (codec.needsImportance() && !importance) {
      throw new IllegalStateException(type + " is only written with importance");
    }
    encode();
  }

  /// The kernel.
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public MemorySegment encode() {
    for (int r = 0; r < ROWS; r++) {
      encode(kernel, x, r * ROW, r * rowBytes);
    }
    return blocks;
  }

  /// Its scalar twin.
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public MemorySegment encodeScalar() {
    for (int r = 0; r < ROWS; r++) {
      encode(scalar, x, r * ROW, r * rowBytes);
    }
    return blocks;
  }

  /// The kernel on rows that are F16.
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public MemorySegment encodeFromHalves() {
    for (int r = 0; r < ROWS; r++) {
      f16.decode(halves, 2L * r * ROW, row, 0, ROW);
      encode(kernel, row, 0, r * rowBytes);
    }
    return blocks;
  }

  /// Blocks to floats.
  @Benchmark
  @OperationsPerInvocation(BYTES)
  public float[] decode() {
    for (int r = 0; r < ROWS; r++) {
      codec.decode(blocks, r * rowBytes, row, 0, ROW);
    }
    return row;
  }

  private void encode(RowEncoder encoder, float[] weights, int at, long to) {
    if (importance) {
      encoder.encode(weights, at, ROW, columns, 0, blocks, to);
    } else {
      encoder.encode(weights, at, ROW, blocks, to);
    }
  }
}
