package dev.quern.quantizers.type;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundingTest {
  @Test
  void roundsToNearestWithTiesToEven() {
    for (int i = -1000; i <= 1000; i++) {
      float value = i / 8f;
      assertThat(Rounding.nearest(value)).isEqualTo((int) Math.rint(value));
    }
  }

  @Test
  void roundsHalvesAwayFromZero() {
    assertThat(Rounding.halfAwayFromZero(2.5f)).isEqualTo(3);
    assertThat(Rounding.halfAwayFromZero(-2.5f)).isEqualTo(-3);
    assertThat(Rounding.halfAwayFromZero(0.49999997f)).isZero();
    assertThat(Rounding.halfAwayFromZero(-0.49999997f)).isZero();
    assertThat(Rounding.halfAwayFromZero(126.5f)).isEqualTo(127);
  }

  /// The kernel of Q8_0 adds the float below one half and cuts: that must be the same rounding.
  @Test
  void cuttingAfterAddingAlmostHalfRoundsHalvesAwayFromZero() {
    for (int i = 0; i < 128; i++) {
      float half = i + 0.5f;
      for (float value : new float[] {Math.nextDown(half), half, Math.nextUp(half), i}) {
        assertThat((int) (value + 0x1.fffffep-2f)).isEqualTo(Rounding.halfAwayFromZero(value));
      }
    }
  }

  @Test
  void givesWhatTheProcessorGivesOutOfRange() {
    assertThat(Rounding.truncate(Float.NaN)).isEqualTo(Integer.MIN_VALUE);
    assertThat(Rounding.truncate(Float.POSITIVE_INFINITY)).isEqualTo(Integer.MIN_VALUE);
    assertThat(Rounding.halfAwayFromZero(Float.NEGATIVE_INFINITY)).isEqualTo(Integer.MIN_VALUE);
    assertThat(Rounding.truncate(-3.9f)).isEqualTo(-3);
  }
}
