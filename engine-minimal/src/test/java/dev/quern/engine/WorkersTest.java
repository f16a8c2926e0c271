package dev.quern.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void everyPartIsDoneOnceHoweverMany(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int round = 0; round < 3000; round++) {
        int parts = 1 + round % 17;
        AtomicIntegerArray done = new AtomicIntegerArray(parts);
        workers.run((part, worker) -> done.incrementAndGet(part), parts);
        for (int part = 0; part < parts; part++) {
          assertThat(done.get(part)).as("part %d of round %d", part, round).isEqualTo(1);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void whatOnePartThrowsReachesTheCallerAndTheNextTaskRuns(int threads) {
    try (Workers workers = new Workers(threads)) {
      assertThatThrownBy(() -> workers.run(WorkersTest::failInThird, 9))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("part 3");
      AtomicIntegerArray done = new AtomicIntegerArray(4);
      workers.run((part, worker) -> done.incrementAndGet(part), 4);
      assertThat(done).hasToString("[1, 1, 1, 1]");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void workersThatHaveParkedWakeUp(int threads) throws InterruptedException {
    try (Workers workers = new Workers(threads)) {
      for (int round = 0; round < 5; round++) {
        Thread.sleep(20);
        AtomicIntegerArray done = new AtomicIntegerArray(8);
        workers.run((part, worker) -> done.incrementAndGet(part), 8);
        assertThat(done).hasToString("[1, 1, 1, 1, 1, 1, 1, 1]");
      }
    }
  }

  /// Whoever has a part waits in it until all other parts are done: the others must do them.
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5})
  void aThreadThatIsHeldUpDoesNotStopTheOthers(int threads) {
    try (Workers workers = new Workers(threads)) {
      for (int heldUp = 0; heldUp < 40; heldUp += 7) {
        int slow = heldUp;
        CountDownLatch others = new CountDownLatch(39 + threads - 1);
        AtomicIntegerArray done = new AtomicIntegerArray(39 + threads);
        workers.run(
            (part, worker) -> {
              if (part == slow) {
                await(others);
              } else {
                others.countDown();
              }
              done.incrementAndGet(part);
            },
            39 + threads);
        for (int part = 0; part < done.length(); part++) {
          assertThat(done.get(part)).isEqualTo(1);
        }
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).as("the others finished").isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void failInThird(int part, int worker) {
    if (part == 3) {
      throw new IllegalStateException("part 3");
    }
  }
}
