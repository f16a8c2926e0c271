package dev.quern.quantizers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A vector that the compiler did not keep in a register shows as an allocation. Runs in a machine
/// of its own, because what other tests do to a method changes what the compiler makes of it.
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
  void encodingAllocatesNothingOnceItIsCompiled(BlockCodec codec) {
    float[] x = Weights.gaussian(6, 256 * 32);
    MemorySegment out = MemorySegment.ofArray(new byte[(int) codec.type().bytes(x.length)]);
    RowEncoder encoder = codec.newEncoder();
    assertThat(allocated(() -> encoder.encode(x, 0, x.length, out, 0))).isZero();
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void decodingAllocatesNothingOnceItIsCompiled(BlockCodec codec) {
    float[] x = new float[256 * 32];
    MemorySegment in = MemorySegment.ofArray(new byte[(int) codec.type().bytes(x.length)]);
    assertThat(allocated(() -> codec.decode(in, 0, x, 0, x.length))).isZero();
  }

  /// Bytes allocated by twenty runs, as soon as that is none, or after a while.
  private static long allocated(Runnable work) {
    long end = System.nanoTime() + 20_000_000_000L;
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
