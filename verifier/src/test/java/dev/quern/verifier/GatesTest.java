package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quern.verifier.sanity.Sanity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatesTest {

  @ParameterizedTest
  @CsvSource({
    "32, 0.005",
    "8, 0.005",
    "7.99, 0.02",
    "6, 0.02",
    "5.99, 0.05",
    "4.4, 0.05",
    "4.39, 0.15",
    "3.4, 0.15",
    "3.39, 0.6",
    "1, 0.6"
  })
  void divergenceThatIsAllowedGrowsAsBitsGo(double bitsPerWeight, double limit) {
    assertThat(Gates.defaults(bitsPerWeight))
        .containsExactly(
            Gate.parse("sanity.faults<=0"),
            Gate.parse("finite"),
            new Gate(Metric.KLD_MEAN, Gate.Relation.AT_MOST, limit));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN})
  void rejectsBitsThatNoModelHas(double bitsPerWeight) {
    assertThatIllegalArgumentException().isThrownBy(() -> Gates.defaults(bitsPerWeight));
  }

  @Test
  void aVerdictIsPassedWhenEveryGateIs() {
    Measurements measured = Measurements.of(Examples.against());
    Gate wide = Gate.parse("kld.mean<=1");
    Gate narrow = Gate.parse("kld.mean<=0.000001");

    assertThat(Verdict.of(List.of(), measured).passed()).isTrue();
    assertThat(Verdict.of(List.of(wide, Gate.parse("finite")), measured).passed()).isTrue();
    Verdict missed = Verdict.of(List.of(wide, narrow), measured);
    assertThat(missed.passed()).isFalse();
    assertThat(missed.missed()).containsExactly(new Verdict.Outcome(narrow, 0.003429));
  }

  @Test
  void aFigureThatWasNotMeasuredPassesNoGate() {
    Measurements measured = Measurements.of(Examples.alone());

    for (String gate : List.of("kld.mean<=1", "kld.mean>=0", "size<1GB", "speed.prefill>0")) {
      assertThat(Verdict.of(List.of(Gate.parse(gate)), measured).passed()).as(gate).isFalse();
    }
  }

  @Test
  void gatesOnWhatWillNotBeMeasuredAreRejectedEarly() {
    List<Gate> all = List.of(Gate.parse("top1>=0.9"), Gate.parse("speed.prefill>=1"));

    Gates.requireMeasured(all, true, true);
    Gates.requireMeasured(Gates.defaults(4), true, false);
    Gates.requireMeasured(List.of(Gates.finite(), Gate.parse("bpw<5")), false, false);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Gates.requireMeasured(all, false, true))
        .withMessage("gate \"top1>=0.9\" needs a model to compare with, and none is given");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Gates.requireMeasured(all, true, false))
        .withMessageStartingWith("gate \"speed.prefill>=1\" needs a measurement of speed");
  }

  @Test
  void onePositionThatIsNotFiniteMissesTheGate() {
    Estimate fine = new Estimate(3, 0.1);

    assertThat(finite(new Quality.Alone(fine, 10, 0))).isTrue();
    assertThat(finite(new Quality.Alone(fine, 10, 1))).isFalse();
    assertThat(finite(new Quality.Alone(new Estimate(Double.POSITIVE_INFINITY, 0), 10, 0)))
        .isFalse();
  }

  @Test
  void everyMetricIsMeasuredByAFullReport() {
    Measurements full =
        Measurements.of(Examples.against())
            .with(new ModelFacts("m", 100, 200, 4))
            .with(new Speed(1, 2, 3, 4, "floats"))
            .with(new Sanity(List.of()))
            .withTokenizerDifferences(0);

    for (Metric metric : Metric.values()) {
      assertThat(full.value(metric)).as(metric.label()).isNotNaN();
      assertThat(Double.isNaN(Measurements.of(Examples.alone()).value(metric)))
          .as(metric.label())
          .isEqualTo(metric != Metric.PPL_VALUE && metric != Metric.FINITE);
    }
    assertThat(full.value(Metric.SIZE)).isEqualTo(100);
    assertThat(full.value(Metric.BPW)).isEqualTo(4);
    assertThat(full.value(Metric.SPEED_GENERATE)).isEqualTo(2);
  }

  private static boolean finite(Quality quality) {
    return Verdict.of(List.of(Gates.finite()), Measurements.of(quality)).passed();
  }
}
