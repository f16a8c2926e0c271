package dev.quern.quantizers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A vector that the compiler did not keep in a register shows as an allocation.
///
/// What other tests did to a method changes what the compiler makes of it: a codec that allocates
/// here is measured again in a JVM of its own, as a conversion would run it, and that counts.
@Tag("allocation")
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  static List<BlockCodec> codecs() {
    return BlockCodecs.all();
  }

  static List<BlockCodec> encoders() {
    return BlockCodecs.all().stream().filter(BlockCodec::encodes).toList();
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void encodingAllocatesNothingOnceItIsCompiled(BlockCodec codec) throws Exception {
    if (allocated(encoding(codec), 3, allowed(codec)) > allowed(codec)) {
      assertThat(allocatedInAFreshJvm("encode", codec)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void decodingAllocatesNothingOnceItIsCompiled(BlockCodec codec) throws Exception {
    if (allocated(decoding(codec), 3, allowedInDecoding(codec)) > allowedInDecoding(codec)) {
      assertThat(allocatedInAFreshJvm("decode", codec)).isZero();
    }
  }

  /// Measures one codec: `encode TYPE` or `decode TYPE`. Ends with 0 if nothing was allocated.
  public static void main(String[] arguments) {
    BlockCodec codec = BlockCodecs.of(GgmlType.valueOf(arguments[1]));
    boolean encode = arguments[0].equals("encode");
    long allowed = encode ? allowed(codec) : allowedInDecoding(codec);
    Runnable work = encode ? encoding(codec) : decoding(codec);
    System.exit(allocated(work, 30, allowed) <= allowed ? 0 : 1);
  }

  /// Bytes that twenty runs may allocate: what says where the importance of a block starts, but no
  /// vector.
  private static long allowed(BlockCodec codec) {
    return codec.needsImportance() ? 20 * 32 * 32L : 0;
  }

  /// Bytes that twenty runs may allocate: halves are copied to an array first.
  private static long allowedInDecoding(BlockCodec codec) {
    return codec.type() == GgmlType.F16 ? 20 * (16 + 2 * 1024L) : 0;
  }

  private static int allocatedInAFreshJvm(String what, BlockCodec codec) throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            AllocationTest.class.getName(),
            what,
            codec.type().name())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private static Runnable encoding(BlockCodec codec) {
    float[] x = Weights.gaussian(6, 256 * 32);
    MemorySegment out = MemorySegment.ofArray(new byte[(int) codec.type().bytes(x.length)]);
    RowEncoder encoder = codec.newEncoder();
    if (codec.needsImportance()) {
      float[] importance = new float[x.length];
      Arrays.fill(importance, 1);
      return () -> encoder.encode(x, 0, x.length, importance, 0, out, 0);
    }
    return () -> encoder.encode(x, 0, x.length, out, 0);
  }

  private static Runnable decoding(BlockCodec codec) {
    float[] x = new float[256 * 32];
    MemorySegment in = MemorySegment.ofArray(new byte[(int) codec.type().bytes(x.length)]);
    return () -> codec.decode(in, 0, x, 0, x.length);
  }

  /// Bytes allocated by twenty runs, as soon as that is no more than `allowed`, or after `seconds`.
  private static long allocated(Runnable work, int seconds, long allowed) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long allocated;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20; i++) {
        work.run();
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    } while (allocated > allowed && System.nanoTime() < end);
    return allocated;
  }
}
