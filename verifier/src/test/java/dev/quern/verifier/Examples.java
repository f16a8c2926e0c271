package dev.quern.verifier;

import dev.quern.verifier.sanity.Finding;
import dev.quern.verifier.sanity.Sanity;
import java.util.List;

/// Made-up results.
public final class Examples {
  private Examples() {}

  /// Scores of a candidate alone.
  public static Quality.Alone alone() {
    return new Quality.Alone(new Estimate(24.8007, 0.6136), 8128, 0);
  }

  static Quality.Against against() {
    return new Quality.Against(
        new Estimate(24.8517, 0.615),
        new Estimate(24.8007, 0.6136),
        new Estimate(0, 0.0009),
        new Quality.Divergence(
            new Estimate(0.003429, 0.000054), 0.00234, 0.0071, 0.0098, 0.0195, 0.0511, 0.109),
        new Quality.Shift(new Estimate(-0.00021, 0.0002), new Estimate(0.0171, 0.0003)),
        new Estimate(0.9512, 0.0024),
        8128,
        0);
  }

  /// Scores with all that there is.
  static Quality.Against detailed() {
    Quality.Against plain = against();
    Interval interval = new Interval(0.0031, 0.0038);
    return new Quality.Against(
        plain.perplexity(),
        plain.basePerplexity(),
        plain.logRatio(),
        plain.divergence(),
        plain.shift(),
        plain.sameTop(),
        plain.positions(),
        plain.nonFinite(),
        new Quality.Detail(
            new Estimate(0.051, 0.022),
            0.9993,
            1e-7,
            new Quality.ShiftSpread(
                -0.3, -0.12, -0.05, -0.02, -0.01, -0.002, 0, 0.002, 0.01, 0.02, 0.05, 0.12, 0.3),
            new Estimate(0.961, 0.001),
            new Estimate(0.008, 0.001),
            new Quality.Clustered(
                "piece",
                64,
                0.95,
                2000,
                new Interval(-0.001, 0.004),
                interval,
                new Interval(0.94, Double.NaN),
                interval)));
  }

  /// A candidate that was compared, timed, and missed a gate.
  public static Report report() {
    return report(against());
  }

  /// The same with all that there is.
  public static Report detailedReport() {
    return report(detailed());
  }

  private static Report report(Quality quality) {
    ModelFacts candidate = new ModelFacts("novella-Q4_K_M.gguf", 3_100_000, 4_984_064, 4.9);
    Speed speed = new Speed(812.25, 96.5, 256, 64, "int8 activations, F16 cache");
    return new Report(
        making(),
        new ModelFacts("novella", 9_970_000, 4_984_064, 16),
        candidate,
        text(),
        quality,
        speed,
        sanity(),
        Verdict.of(
            List.of(Gate.parse("kld.mean<=0.05"), Gate.parse("size<3MB")),
            Measurements.of(quality).with(candidate).with(speed)));
  }

  /// A candidate that was measured alone.
  public static Report aloneReport(Quality.Alone quality, List<Gate> gates) {
    return new Report(
        making(),
        null,
        new ModelFacts("novella-Q4_K_M.gguf", 3_100_000, 4_984_064, 4.9),
        text(),
        quality,
        null,
        new Sanity(List.of()),
        Verdict.of(gates, Measurements.of(quality)));
  }

  private static Sanity sanity() {
    return new Sanity(
        List.of(
            new Finding(
                Finding.Severity.NOTE, "weights", "tensor output.weight: 2 of 60 rows are zero")));
  }

  private static Report.Making making() {
    return new Report.Making(
        "quern 0.1.0",
        "float activations, F32 cache",
        new Machine("Linux", "amd64", 4, 2, "25.0.1+8"));
  }

  private static TextFacts text() {
    return new TextFacts(
        "eval.txt", 120_000, "ab".repeat(32), 40_000, 256, 64, TextFacts.Cut.PIECES);
  }
}
