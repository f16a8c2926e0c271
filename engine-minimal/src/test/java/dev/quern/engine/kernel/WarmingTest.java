package dev.quern.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WarmingTest {
  private static final int ROWS = RowProduct.AT_ONCE;
  private static final int COLUMNS = 256;

  @Test
  void aModelThatIsClosedSpoilsNoOthersWarming() {
    HalfProduct product = new HalfProduct(F16Rows::multiply, F16Rows.FORMAT);
    try (Arena arena = Arena.ofShared()) {
      RowSample closed = sample(product, arena);
      RowSample open = sample(product, arena);
      CompletableFuture<?>[] begun = new CompletableFuture<?>[2];
      closed.use(
          _ -> {
            begun[0] = begin(closed);
            begun[1] = begin(open);
            closed.close();
            return 0;
          });

      assertThat(begun[1]).succeedsWithin(Duration.ofMinutes(1));
      assertThat(begun[0]).failsWithin(Duration.ofMinutes(1));
      assertThat(begin(open)).isCompleted();
    }
  }

  private static RowSample sample(HalfProduct product, Arena arena) {
    return new RowSample(product, arena.allocate(2L * ROWS * COLUMNS), ROWS, COLUMNS);
  }

  private static CompletableFuture<Void> begin(RowSample sample) {
    return Warming.begin(Stream.of(), Stream.of(), Stream.of(sample));
  }
}
