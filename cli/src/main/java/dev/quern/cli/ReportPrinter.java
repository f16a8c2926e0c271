package dev.quern.cli;

import dev.quern.verifier.Estimate;
import dev.quern.verifier.Interval;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.Quality;
import dev.quern.verifier.Report;
import dev.quern.verifier.Verdict;
import dev.quern.verifier.Verdict.Outcome;
import dev.quern.verifier.sanity.Finding;
import dev.quern.verifier.sanity.Sanity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;

/// Prints a report for somebody at a terminal.
final class ReportPrinter {
  private final PrintWriter out;

  ReportPrinter(PrintWriter out) {
    this.out = out;
  }

  void print(Path file, Report report) {
    row("file", file.toString());
    row("size", sizes(report));
    row("bits per weight", Units.two(report.candidate().bitsPerWeight()));
    row(
        "text",
        "%s, %d pieces of %d tokens"
            .formatted(report.text().name(), report.text().chunks(), report.text().context()));
    switch (report.quality()) {
      case Quality.Alone alone -> row("perplexity", estimate(alone.perplexity(), 4));
      case Quality.Against against -> print(against);
    }
    report
        .speed()
        .ifPresent(
            speed ->
                row(
                    "tokens per second",
                    "%s prefill, %s generation (%s)"
                        .formatted(
                            Units.two(speed.prefill()),
                            Units.two(speed.generate()),
                            speed.arithmetic())));
    print(report.sanity());
    print(report.verdict());
  }

  /// A line for each finding.
  void print(Sanity sanity) {
    for (Finding finding : sanity.findings()) {
      row(finding.isFault() ? "FAULT" : "note", finding.check() + ": " + finding.problem());
    }
  }

  /// A line for each gate, and one for all of them.
  void print(Verdict verdict) {
    for (Outcome outcome : verdict.outcomes()) {
      row(
          outcome.passed() ? "gate passed" : "GATE MISSED",
          "%s (is %s)".formatted(outcome.gate(), measured(outcome.value())));
    }
    row("verdict", verdict.passed() ? "pass" : "FAIL: do not publish this file");
  }

  /// What was found in a file that was looked at and not run.
  void print(Path file, ModelFacts facts, Sanity sanity, Verdict verdict) {
    row("file", file.toString());
    row("size", Units.bytes(facts.bytes()));
    row("bits per weight", Units.two(facts.bitsPerWeight()));
    row("checked", "layout, every block of weights, vocabulary, chat templates; no text was read");
    print(sanity);
    print(verdict);
  }

  private void print(Quality.Against against) {
    row(
        "perplexity",
        "%s, source %s"
            .formatted(estimate(against.perplexity(), 4), estimate(against.basePerplexity(), 4)));
    Quality.Divergence divergence = against.divergence();
    row(
        "KL divergence",
        "mean %s, median %s, 99 %% below %s"
            .formatted(
                estimate(divergence.mean(), 6),
                number(divergence.median(), 6),
                number(divergence.p99(), 6)));
    row(
        "same top token",
        Units.two(100 * against.sameTop().value())
            + " % ± "
            + Units.two(100 * against.sameTop().error()));
    against.detail().ifPresent(this::print);
  }

  private void print(Quality.Detail detail) {
    Quality.Clustered clustered = detail.clustered();
    row("same top five", Units.two(100 * detail.sharedTop().value()) + " %");
    row("entropy", String.format(Locale.ROOT, "%+.6f nats", detail.entropyChange().value()));
    if (clustered.clusters() < 2) {
      return; // of one there is nothing to draw
    }
    row(
        "95 % by " + clustered.unit(),
        "KL divergence %s, log perplexity ratio %s (%s)"
            .formatted(
                interval(clustered.divergence()),
                interval(clustered.logRatio()),
                Units.count(clustered.clusters(), clustered.unit())));
  }

  /// Two ends.
  static String interval(Interval interval) {
    return number(interval.low(), 6) + " to " + number(interval.high(), 6);
  }

  private static String sizes(Report report) {
    String size = Units.bytes(report.candidate().bytes());
    return report
        .source()
        .map(source -> size + ", source " + Units.bytes(source.bytes()))
        .orElse(size);
  }

  private static String estimate(Estimate estimate, int digits) {
    return number(estimate.value(), digits) + " ± " + number(estimate.error(), digits);
  }

  private static String measured(double value) {
    return value == Math.rint(value) ? number(value, 0) : number(value, 6);
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }

  private void row(String label, String value) {
    out.printf("%-18s %s%n", label, value);
  }
}
