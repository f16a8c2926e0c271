package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SpeedTestTest {
  /// Nanoseconds; every look at the clock takes one.
  private final AtomicLong now = new AtomicLong();

  @Test
  void medianTimesGiveTokensPerSecond() {
    // a prompt takes a millisecond a token, a single token 20 of them; every fifth time it stalls
    Speed speed = test().measure(new Clocked(1_000_000, 20_000_000), 1000, new int[500]);

    assertThat(speed.prefill()).isCloseTo(1000, within(0.1));
    assertThat(speed.generate()).isCloseTo(50, within(0.1));
    assertThat(speed.prefillTokens()).isEqualTo(256);
    assertThat(speed.generatedTokens()).isEqualTo(64);
    assertThat(speed.arithmetic()).isEqualTo("floats");
  }

  @Test
  void staysWithinTheRoomAndTheText() {
    Speed small = test().measure(new Clocked(1000, 1000), 16, new int[500]);
    assertThat(small.prefillTokens()).isEqualTo(16);
    assertThat(small.generatedTokens()).isEqualTo(15);

    Speed shortText = test().measure(new Clocked(1000, 1000), 100, new int[40]);
    assertThat(shortText.prefillTokens()).isEqualTo(40);

    Speed smallest = test().measure(new Clocked(1000, 1000), 2, new int[2]);
    assertThat(smallest.generatedTokens()).isEqualTo(1);
    assertThat(smallest.generate()).isPositive();
  }

  @Test
  void rejectsATextOfOneToken() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> test().measure(new Clocked(1, 1), 16, new int[1]));
  }

  private SpeedTest test() {
    return new SpeedTest("floats", now::incrementAndGet);
  }

  /// Moves the clock as it reads, and fails when it is fed more than it was made for.
  private final class Clocked implements LogitsSource {
    private final long perToken;
    private final long single;
    private int calls;

    Clocked(long perToken, long single) {
      this.perToken = perToken;
      this.single = single;
    }

    @Override
    public int vocabularySize() {
      return 2;
    }

    @Override
    public void start() {}

    @Override
    public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
      Arrays.fill(logits, 0, 2, 1);
      boolean stalls = ++calls % 5 == 0;
      now.addAndGet((count == 1 ? single : count * perToken) * (stalls ? 100 : 1));
    }
  }
}
