package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GateTest {

  @ParameterizedTest
  @CsvSource({
    "kld.mean<=0.05, KLD_MEAN, AT_MOST, 0.05",
    "kld.mean<=.05, KLD_MEAN, AT_MOST, 0.05",
    "kld.median < 1e-3, KLD_MEDIAN, BELOW, 0.001",
    "' kld.p99<=1. ', KLD_P99, AT_MOST, 1",
    "kld.max>-1, KLD_MAX, ABOVE, -1",
    "top1>=0.95, TOP1, AT_LEAST, 0.95",
    "top1>=95%, TOP1, AT_LEAST, 0.95",
    "top1 > 99.5 %, TOP1, ABOVE, 0.995",
    "dp.rms<2%, DP_RMS, BELOW, 0.02",
    "ppl.value<=25, PPL_VALUE, AT_MOST, 25",
    "ppl.ratio<1.01, PPL_RATIO, BELOW, 1.01",
    "size<=5000000, SIZE, AT_MOST, 5000000",
    "size<=5kB, SIZE, AT_MOST, 5000",
    "size<=5.2MB, SIZE, AT_MOST, 5200000",
    "size<4.5 GB, SIZE, BELOW, 4500000000",
    "size<1KiB, SIZE, BELOW, 1024",
    "size<3MiB, SIZE, BELOW, 3145728",
    "size<=2GiB, SIZE, AT_MOST, 2147483648",
    "bpw<=4.9, BPW, AT_MOST, 4.9",
    "speed.prefill>=100, SPEED_PREFILL, AT_LEAST, 100",
    "speed.generate>=10, SPEED_GENERATE, AT_LEAST, 10",
    "finite>=1, FINITE, AT_LEAST, 1",
    "finite, FINITE, AT_LEAST, 1",
  })
  void readsMetricRelationAndLimit(
      String text, Metric metric, Gate.Relation relation, double limit) {
    assertThat(Gate.parse(text)).isEqualTo(new Gate(metric, relation, limit));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kdl.mean<=0.05|no metric is called \"kdl.mean\"; there are kld.mean, kld.median,",
        "KLD.MEAN<=0.05|no metric is called \"KLD.MEAN\"",
        "kld.mean|is not a metric, one of <= >= < > and a number",
        "kld.mean<=|is not a metric, one of <= >= < > and a number",
        "<=0.05|is not a metric, one of <= >= < > and a number",
        "kld.mean=0.05|is not a metric, one of <= >= < > and a number",
        "kld.mean==0.05|is not a metric, one of <= >= < > and a number",
        "''|is not a metric, one of <= >= < > and a number",
        "kld.mean<=small|\"small\" is not a number",
        "kld.mean<=NaN|\"NaN\" is not a number",
        "kld.mean<=Infinity|\"Infinity\" is not a number",
        "kld.mean<=0x1p3|\"0x1p3\" is not a number",
        "kld.mean<==0.05|\"=0.05\" is not a number",
        "kld.mean<=0.05 0.06|\"0.05 0.06\" is not a number",
        "kld.mean<=1e999|the limit of a gate on kld.mean is Infinity",
        "kld.mean<=5%|\"%\" is not a unit of kld.mean, which has none",
        "bpw<=5MB|\"MB\" is not a unit of bpw, which has none",
        "top1>=5MB|\"MB\" is not a unit of top1: use % or none",
        "size<=5mb|\"mb\" is not a unit of size: use B, kB, MB, GB, KiB, MiB or GiB",
      })
  void rejectsEverythingElse(String text, String problem) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Gate.parse(text))
        .withMessageStartingWith("gate \"" + text + "\"")
        .withMessageContaining(problem);
  }

  @Test
  void listsEveryMetricWhenOneIsNotKnown() {
    for (Metric metric : Metric.values()) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Gate.parse("nothing<1"))
          .withMessageContaining(metric.label());
    }
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void readsWhatItPrints(Metric metric) {
    Gate gate = new Gate(metric, Gate.Relation.ABOVE, 0.00001234);

    assertThat(gate.toString()).isEqualTo(metric.label() + ">0.00001234");
    assertThat(Gate.parse(gate.toString())).isEqualTo(gate);
  }

  @Test
  void limitsCountAsTheRelationSays() {
    assertThat(Gate.parse("bpw<=4").holds(4)).isTrue();
    assertThat(Gate.parse("bpw<4").holds(4)).isFalse();
    assertThat(Gate.parse("bpw<4").holds(3.9)).isTrue();
    assertThat(Gate.parse("bpw>=4").holds(4)).isTrue();
    assertThat(Gate.parse("bpw>4").holds(4)).isFalse();
    assertThat(Gate.parse("bpw>4").holds(4.1)).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Gate.Relation.class)
  void nothingHoldsForWhatIsNotANumber(Gate.Relation relation) {
    assertThat(new Gate(Metric.KLD_MEAN, relation, 0).holds(Double.NaN)).isFalse();
  }
}
