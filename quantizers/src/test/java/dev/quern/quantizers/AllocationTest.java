package dev.quern.quantizers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
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
    return BlockCodecs.all().stream()
        .filter(codec -> codec.encodes() && !codec.needsImportance())
        .toList();
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void encodingAllocatesNothingOnceItIsCompiled(BlockCodec codec) throws Exception {
    if (allocated(encoding(codec), 3) > 0) {
      assertThat(allocatedInAFreshJvm("encode", codec)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void decodingAllocatesNothingOnceItIsCompiled(BlockCodec codec) throws Exception {
    if (allocated(decoding(codec), 3) > 0) {
      assertThat(allocatedInAFreshJvm("decode", codec)).isZero();
    }
  }

  /// Measures one codec: `encode TYPE` or `decode TYPE`. Ends with 0 if nothing was allocated.
  public static void main(String[] arguments) {
    BlockCodec codec = BlockCodecs.of(GgmlType.valueOf(arguments[1]));
    Runnable work = arguments[0].equals("encode") ? encoding(codec) : decoding(codec);
    System.exit(allocated(work, 30) == 0 ? 0 : 1);
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
    return () -> encoder.encode(x, 0, x.length, out, 0);
  }

  private static Runnable decoding(BlockCodec codec) {
    float[] x = new float[256 * 32];
    MemorySegment in = MemorySegment.ofArray(new byte[(int) codec.type().bytes(x.length)]);
    return () -> codec.decode(in, 0, x, 0, x.length);
  }

  /// Bytes allocated by twenty runs, as soon as that is none, or after `seconds`.
  private static long allocated(Runnable work, int seconds) {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long allocated;
    do {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < 20; i++) {
        work.run();
      }
      allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    } while (allocated > 0 && System.nanoTime() < end);
    return allocated;
  }
}
