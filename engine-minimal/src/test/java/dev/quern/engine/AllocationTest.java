package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quern.formats.GgmlType;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A vector on the heap is what a kernel costs when the compiler gives up inlining it.
///
/// What other tests did to a method changes what the compiler makes of it: what allocates here is
/// measured again in a JVM of its own, as the engine runs one model, and that counts.
class AllocationTest {
  @ParameterizedTest
  @CsvSource({
    "F32, FLOAT, F32",
    "F16, FLOAT, F32",
    "BF16, FLOAT, F32",
    "Q4_K, FLOAT, F32",
    "F16, INT8, F16",
    "BF16, INT8, F16",
    "Q8_0, INT8, F16",
    "Q4_0, INT8, F16",
    "Q4_K, INT8, F16",
    "Q5_K, INT8, F16",
    "Q6_K, INT8, F16",
    "IQ4_NL, INT8, F16",
    "IQ4_XS, INT8, F16",
    "F32, FLOAT, Q8_0"
  })
  void aTokenAllocatesNothing(GgmlType type, Activations activations, CacheType cache)
      throws Exception {
    if (allocated(type, activations, cache, 5) > 0) {
      assertThat(allocatedInAFreshJvm(type, activations, cache)).isZero();
    }
  }

  /// Measures `TYPE ACTIVATIONS CACHE`. Ends with 0 if nothing was allocated.
  public static void main(String[] arguments) {
    long allocated =
        allocated(
            GgmlType.valueOf(arguments[0]),
            Activations.valueOf(arguments[1]),
            CacheType.valueOf(arguments[2]),
            40);
    System.exit(allocated == 0 ? 0 : 1);
  }

  private static int allocatedInAFreshJvm(GgmlType type, Activations activations, CacheType cache)
      throws Exception {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            AllocationTest.class.getName(),
            type.name(),
            activations.name(),
            cache.name())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  /// Bytes allocated by twenty tokens, as soon as that is none, or after `seconds`.
  private static long allocated(
      GgmlType type, Activations activations, CacheType cache, int seconds) {
    int[] tokens = Runs.tokens(2000, TestModel.VOCABULARY, 8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (TestModel view = TestModel.random(type, 9);
        LanguageModel model =
            LanguageModel.load(view, new EngineOptions(1, cache, activations, true));
        Session session = model.newSession(64)) {
      float[] logits = new float[model.vocabularySize()];
      long end = System.nanoTime() + seconds * 1_000_000_000L;
      long least = Long.MAX_VALUE;
      while (least > 0 && System.nanoTime() < end) {
        session.reset();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20; i++) {
          session.feed(tokens, i, 1, 1, logits);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      return least;
    }
  }
}
