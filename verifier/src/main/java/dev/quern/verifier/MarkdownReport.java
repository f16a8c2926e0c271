package dev.quern.verifier;

import dev.quern.verifier.sanity.Finding;
import java.util.Locale;

/// A report for people, as Markdown tables.
public final class MarkdownReport {
  private final Report report;
  private final StringBuilder out = new StringBuilder();

  private MarkdownReport(Report report) {
    this.report = report;
  }

  /// The document, ending in a line feed.
  public static String of(Report report) {
    return new MarkdownReport(report).build();
  }

  private String build() {
    line("# " + Cells.text(report.candidate().name()));
    line("");
    line(summary());
    line("");
    switch (report.quality()) {
      case Quality.Alone alone -> writeAlone(alone);
      case Quality.Against against -> writeAgainst(against);
    }
    report.speed().ifPresent(this::writeSpeed);
    writeFindings();
    writeGates();
    writeCircumstances();
    return out.toString();
  }

  private String summary() {
    int gates = report.verdict().outcomes().size();
    int missed = report.verdict().missed().size();
    if (gates == 0) {
      return "No gate was set.";
    }
    return missed == 0
        ? "**Passed**: %s met.".formatted(Cells.count(gates, "gate"))
        : "**Missed**: %d of %s not met.".formatted(missed, Cells.count(gates, "gate"));
  }

  private void writeAlone(Quality.Alone alone) {
    head("", "value");
    row("Size", Cells.size(report.candidate().bytes()));
    row("Bits per weight", Cells.fixed(report.candidate().bitsPerWeight(), 3));
    row("Perplexity", Cells.estimate(alone.perplexity(), 4));
    writeNonFinite();
  }

  private void writeAgainst(Quality.Against against) {
    ModelFacts source = report.source().orElseThrow();
    ModelFacts candidate = report.candidate();
    head("", Cells.text(source.name()), Cells.text(candidate.name()));
    double share = 100.0 * candidate.bytes() / source.bytes();
    row(
        "Size",
        Cells.size(source.bytes()),
        Cells.size(candidate.bytes()) + " (" + Cells.fixed(share, 1) + " %)");
    row(
        "Bits per weight",
        Cells.fixed(source.bitsPerWeight(), 3),
        Cells.fixed(candidate.bitsPerWeight(), 3));
    row(
        "Perplexity",
        Cells.estimate(against.basePerplexity(), 4),
        Cells.estimate(against.perplexity(), 4));
    line("");
    writeDivergence(against);
    writeNonFinite();
  }

  private void writeDivergence(Quality.Against against) {
    Quality.Divergence divergence = against.divergence();
    int digits = divergence.mean().value() < 0.001 ? 8 : 6;
    head("What was lost", "value");
    row("Perplexity ratio", Cells.estimate(against.ratio(), 5));
    row("Mean KL divergence", Cells.estimate(divergence.mean(), digits));
    row("Median KL divergence", Cells.fixed(divergence.median(), digits));
    row("90 % KL divergence", Cells.fixed(divergence.p90(), digits));
    row("95 % KL divergence", Cells.fixed(divergence.p95(), digits));
    row("99 % KL divergence", Cells.fixed(divergence.p99(), digits));
    row("99.9 % KL divergence", Cells.fixed(divergence.p999(), digits));
    row("Largest KL divergence", Cells.fixed(divergence.max(), digits));
    row("Same top token", Cells.percent(against.sameTop()));
    row("Mean change of probability", Cells.percent(against.shift().mean()));
    row("RMS change of probability", Cells.percent(against.shift().rootMeanSquare()));
    against.detail().ifPresent(this::writeDetail);
  }

  private void writeDetail(Quality.Detail detail) {
    Quality.Clustered clustered = detail.clustered();
    row("Top five tokens in common", Cells.percent(detail.sharedTop()));
    row("Change of entropy (nats)", Cells.estimate(detail.entropyChange(), 5));
    row(
        "95 % interval of the mean KL divergence, by " + clustered.unit(),
        interval(clustered.divergence(), 6));
    row(
        "95 % interval of the log perplexity ratio, by " + clustered.unit(),
        interval(clustered.logRatio(), 6));
    line("");
    line(
        "± takes positions for independent; the intervals draw whole %ss (%d) anew."
            .formatted(clustered.unit(), clustered.clusters()));
  }

  private static String interval(Interval interval, int digits) {
    return Cells.fixed(interval.low(), digits) + " to " + Cells.fixed(interval.high(), digits);
  }

  private void writeNonFinite() {
    if (!report.quality().finite()) {
      row("Positions that are not finite", String.valueOf(report.quality().nonFinite()));
    }
    line("");
  }

  private void writeSpeed(Speed speed) {
    head("Speed", "tokens/s");
    row("Prefill", Cells.fixed(speed.prefill(), 1));
    row("Generation", Cells.fixed(speed.generate(), 1));
    line("");
  }

  private void writeFindings() {
    if (report.sanity().findings().isEmpty()) {
      return;
    }
    head("Found in the file", "");
    for (Finding finding : report.sanity().findings()) {
      row(finding.isFault() ? "**fault**" : "note", Cells.text(finding.problem()));
    }
    line("");
  }

  private void writeGates() {
    if (report.verdict().outcomes().isEmpty()) {
      return;
    }
    head("Gate", "measured", "");
    for (Verdict.Outcome outcome : report.verdict().outcomes()) {
      row(
          "`" + outcome.gate() + "`",
          Cells.plain(outcome.value()),
          outcome.passed() ? "passed" : "missed");
    }
    line("");
  }

  private void writeCircumstances() {
    TextFacts text = report.text();
    line(
        String.format(
            Locale.ROOT,
            "Measured on %s (%,d bytes, %,d tokens, SHA-256 `%s`): %s of %d tokens, %s"
                + " scored, %,d positions; KL divergence in nats per position.",
            Cells.text(text.name()),
            text.bytes(),
            text.tokens(),
            text.sha256(),
            Cells.count(text.chunks(), "chunk"),
            text.context(),
            text.cut().scored(),
            report.quality().positions()));
    line("Computed with %s.".formatted(Cells.text(report.made().arithmetic())));
    report.speed().ifPresent(this::writeSpeedTest);
    writeMachine();
  }

  private void writeSpeedTest(Speed speed) {
    line(
        "Speed with %s: %d tokens read at once, %d made one by one."
            .formatted(
                Cells.text(speed.arithmetic()), speed.prefillTokens(), speed.generatedTokens()));
  }

  private void writeMachine() {
    Machine machine = report.made().machine();
    line(
        "Made by %s on %s %s, %s of %d, Java %s."
            .formatted(
                Cells.text(report.made().tool()),
                Cells.text(machine.system()),
                Cells.text(machine.architecture()),
                Cells.count(machine.threads(), "thread"),
                machine.processors(),
                Cells.text(machine.java())));
  }

  private void head(String first, String... others) {
    row(first, others);
    line("|---|" + "---:|".repeat(others.length));
  }

  private void row(String first, String... others) {
    out.append("| ").append(first).append(" |");
    for (String other : others) {
      out.append(' ').append(other).append(" |");
    }
    out.append('\n');
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
