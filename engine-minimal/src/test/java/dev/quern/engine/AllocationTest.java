package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.quern.formats.GgmlType;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A vector on the heap is what a kernel costs when the compiler gives up inlining it.
class AllocationTest {
  @ParameterizedTest
  @CsvSource({
    "F32, FLOAT, F32", "F16, FLOAT, F32", "BF16, FLOAT, F32", "Q4_K, FLOAT, F32",
    "F16, INT8, F16", "Q8_0, INT8, F16", "Q4_0, INT8, F16", "Q4_K, INT8, F16",
    "Q5_K, INT8, F16", "Q6_K, INT8, F16"
  })
  void aTokenAllocatesNothing(GgmlType type, Activations activations, CacheType cache) {
    int[] tokens = Runs.tokens(2000, TestModel.VOCABULARY, 8);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (TestModel view = TestModel.random(type, 9);
        LanguageModel model = LanguageModel.load(view, new EngineOptions(1, cache, activations));
        Session session = model.newSession(64)) {
      float[] logits = new float[model.vocabularySize()];
      long least = Long.MAX_VALUE;
      for (int round = 0; round < 3000 && least > 0; round++) {
        session.reset();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20; i++) {
          session.feed(tokens, i, 1, 1, logits);
        }
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
      assertThat(least).isZero();
    }
  }
}
