package dev.quern.verifier;

import dev.quern.verifier.sanity.Sanity;
import java.util.EnumMap;
import java.util.Map;

/// The figures that gates judge, as far as they were measured.
public final class Measurements {
  private final Map<Metric, Double> values;

  private Measurements(Map<Metric, Double> values) {
    this.values = values;
  }

  /// What `quality` says.
  public static Measurements of(Quality quality) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    values.put(Metric.PPL_VALUE, quality.perplexity().value());
    values.put(Metric.FINITE, quality.finite() ? 1.0 : 0.0);
    if (quality instanceof Quality.Against against) {
      Quality.Divergence divergence = against.divergence();
      values.put(Metric.KLD_MEAN, divergence.mean().value());
      values.put(Metric.KLD_MEDIAN, divergence.median());
      values.put(Metric.KLD_P90, divergence.p90());
      values.put(Metric.KLD_P95, divergence.p95());
      values.put(Metric.KLD_P99, divergence.p99());
      values.put(Metric.KLD_P999, divergence.p999());
      values.put(Metric.KLD_MAX, divergence.max());
      values.put(Metric.TOP1, against.sameTop().value());
      values.put(Metric.DP_MEAN, against.shift().mean().value());
      values.put(Metric.DP_RMS, against.shift().rootMeanSquare().value());
      values.put(Metric.PPL_BASE, against.basePerplexity().value());
      values.put(Metric.PPL_RATIO, against.ratio().value());
    }
    return new Measurements(values);
  }

  /// These and the candidate's size and bits per weight.
  public Measurements with(ModelFacts candidate) {
    Map<Metric, Double> more = new EnumMap<>(values);
    more.put(Metric.SIZE, (double) candidate.bytes());
    more.put(Metric.BPW, candidate.bitsPerWeight());
    return new Measurements(more);
  }

  /// These and the candidate's speed.
  public Measurements with(Speed speed) {
    Map<Metric, Double> more = new EnumMap<>(values);
    more.put(Metric.SPEED_PREFILL, speed.prefill());
    more.put(Metric.SPEED_GENERATE, speed.generate());
    return new Measurements(more);
  }

  /// These and how many texts the candidate's tokenizer cuts differently from its source's.
  public Measurements withTokenizerDifferences(int texts) {
    Map<Metric, Double> more = new EnumMap<>(values);
    more.put(Metric.TOKENIZER_DIFFERENCES, (double) texts);
    return new Measurements(more);
  }

  /// These and what was found in the candidate's file.
  public Measurements with(Sanity sanity) {
    Map<Metric, Double> more = new EnumMap<>(Metric.class);
    more.putAll(values);
    more.put(Metric.SANITY_FAULTS, (double) sanity.faults());
    return new Measurements(more);
  }

  /// Nothing but what was found in a file.
  public static Measurements of(Sanity sanity) {
    return new Measurements(Map.of()).with(sanity);
  }

  /// The figure, or NaN, which passes no gate, when it was not measured.
  public double value(Metric metric) {
    return values.getOrDefault(metric, Double.NaN);
  }
}
