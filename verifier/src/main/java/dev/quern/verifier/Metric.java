package dev.quern.verifier;

import java.util.Arrays;
import java.util.stream.Collectors;

/// A figure of a report that a gate can judge.
public enum Metric {
  KLD_MEAN("kld.mean", Kind.NUMBER, true),
  KLD_MEDIAN("kld.median", Kind.NUMBER, true),
  KLD_P90("kld.p90", Kind.NUMBER, true),
  KLD_P95("kld.p95", Kind.NUMBER, true),
  KLD_P99("kld.p99", Kind.NUMBER, true),
  KLD_P999("kld.p999", Kind.NUMBER, true),
  KLD_MAX("kld.max", Kind.NUMBER, true),
  /// Share of positions where candidate and base hold the same token most likely, 0 to 1.
  TOP1("top1", Kind.SHARE, true),
  /// Mean and root mean square of the change of the probability of the token that follows.
  DP_MEAN("dp.mean", Kind.SHARE, true),
  DP_RMS("dp.rms", Kind.SHARE, true),
  PPL_VALUE("ppl.value", Kind.NUMBER, false),
  PPL_BASE("ppl.base", Kind.NUMBER, true),
  PPL_RATIO("ppl.ratio", Kind.NUMBER, true),
  /// Bytes of the candidate's file.
  SIZE("size", Kind.SIZE, false),
  /// Bits per weight of the candidate, scales included.
  BPW("bpw", Kind.NUMBER, false),
  /// Tokens per second.
  SPEED_PREFILL("speed.prefill", Kind.NUMBER, false),
  SPEED_GENERATE("speed.generate", Kind.NUMBER, false),
  /// Texts that the candidate's tokenizer cuts differently from its source's.
  TOKENIZER_DIFFERENCES("tokenizer.differences", Kind.NUMBER, true),
  /// 1 if no figure at any position was NaN or infinite, else 0.
  FINITE("finite", Kind.NUMBER, false),
  /// What was found wrong in the candidate's file itself.
  SANITY_FAULTS("sanity.faults", Kind.NUMBER, false);

  /// How a limit of a metric may be written.
  enum Kind {
    /// A plain number.
    NUMBER,
    /// A number, or a percentage with `%`.
    SHARE,
    /// A number of bytes, or one with a unit.
    SIZE
  }

  private final String label;
  private final Kind kind;
  private final boolean needsBase;

  Metric(String label, Kind kind, boolean needsBase) {
    this.label = label;
    this.kind = kind;
    this.needsBase = needsBase;
  }

  /// The metric called `label`.
  ///
  /// @throws IllegalArgumentException if there is none; the message lists those there are
  public static Metric named(String label) {
    return Arrays.stream(values())
        .filter(metric -> metric.label.equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no metric is called \"" + label + "\"; there are " + labels()));
  }

  private static String labels() {
    return Arrays.stream(values()).map(Metric::label).collect(Collectors.joining(", "));
  }

  /// Its name in gates and reports.
  public String label() {
    return label;
  }

  /// True if it compares the candidate with another model.
  public boolean needsBase() {
    return needsBase;
  }

  /// True if it needs a measurement of speed.
  public boolean needsSpeed() {
    return this == SPEED_PREFILL || this == SPEED_GENERATE;
  }

  Kind kind() {
    return kind;
  }
}
