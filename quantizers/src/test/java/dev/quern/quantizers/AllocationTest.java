package dev.quern.quantizers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quern.formats.GgmlType;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A vector that the compiler did not keep in a register shows as an allocation.
///
/// The JVM is given the launcher's options for kernels: with them, the compiler has no profile of
/// what the Vector API calls, and a kernel that needs one calls and allocates for as long as it
/// runs.
///
/// What other tests did to a method changes what the compiler makes of it: a codec that allocates
/// here is measured again in a JVM of its own, as a conversion would run it, and that counts.
@Tag("allocation")
class AllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String ENCODE = "encode";
  private static final String ENCODE_BY_IMPORTANCE = "encode-by-importance";
  private static final String DECODE = "decode";

  /// Bytes that twenty runs may allocate: what says where the importance of a block starts, but no
  /// vector.
  private static final long ALLOWED_BY_IMPORTANCE = 20 * 32 * 32;

  static List<BlockCodec> codecs() {
    return BlockCodecs.all();
  }

  static List<BlockCodec> encoders() {
    return BlockCodecs.all().stream().filter(BlockCodec::encodes).toList();
  }

  static List<BlockCodec> encodersWithoutImportance() {
    return encoders().stream().filter(codec -> !codec.needsImportance()).toList();
  }

  @ParameterizedTest
  @MethodSource("encodersWithoutImportance")
  void encodingAllocatesNothingOnceItIsCompiled(BlockCodec codec) throws Exception {
    if (allocated(encoding(codec), 3, 0) > 0) {
      assertThat(allocatedInAFreshJvm(ENCODE, codec)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void encodingByImportanceAllocatesNothingOnceItIsCompiled(BlockCodec codec) throws Exception {
    if (allocated(encodingByImportance(codec), 3, ALLOWED_BY_IMPORTANCE) > ALLOWED_BY_IMPORTANCE) {
      assertThat(allocatedInAFreshJvm(ENCODE_BY_IMPORTANCE, codec)).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void decodingAllocatesNothingOnceItIsCompiled(BlockCodec codec) throws Exception {
    if (allocated(decoding(codec), 3, allowedInDecoding(codec)) > allowedInDecoding(codec)) {
      assertThat(allocatedInAFreshJvm(DECODE, codec)).isZero();
    }
  }

  /// Measures one codec: what is done and its type. Ends with 0 if nothing was allocated.
  public static void main(String[] arguments) {
    BlockCodec codec = BlockCodecs.of(GgmlType.valueOf(arguments[1]));
    boolean nothing =
        switch (arguments[0]) {
          case ENCODE -> allocated(encoding(codec), 30, 0) == 0;
          case ENCODE_BY_IMPORTANCE ->
              allocated(encodingByImportance(codec), 30, ALLOWED_BY_IMPORTANCE)
                  <= ALLOWED_BY_IMPORTANCE;
          case DECODE ->
              allocated(decoding(codec), 30, allowedInDecoding(codec)) <= allowedInDecoding(codec);
          default -> throw new IllegalArgumentException(arguments[0]);
        };
    System.exit(nothing ? 0 : 1);
  }

  /// Bytes that twenty runs may allocate: halves are copied to an array first.
  private static long allowedInDecoding(BlockCodec codec) {
    return codec.type() == GgmlType.F16 ? 20 * (16 + 2 * 1024L) : 0;
  }

  private static int allocatedInAFreshJvm(String what, BlockCodec codec) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(AllocationTest.class.getName(), what, codec.type().name()));
    return new ProcessBuilder(command)
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

  private static Runnable encodingByImportance(BlockCodec codec) {
    float[] x = Weights.gaussian(6, 256 * 32);
    MemorySegment out = MemorySegment.ofArray(new byte[(int) codec.type().bytes(x.length)]);
    RowEncoder encoder = codec.newEncoder();
    float[] importance = new float[x.length];
    Arrays.fill(importance, 1);
    return () -> encoder.encode(x, 0, x.length, importance, 0, out, 0);
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
