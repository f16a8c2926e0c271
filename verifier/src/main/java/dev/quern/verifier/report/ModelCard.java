package dev.quern.verifier.report;

import dev.quern.verifier.Cells;
import dev.quern.verifier.Estimate;
import dev.quern.verifier.Quality;
import dev.quern.verifier.Report;
import dev.quern.verifier.TextFacts;
import java.util.List;
import java.util.Locale;

/// A section for a model card: what each published file lost, in one Markdown table.
public final class ModelCard {
  private final StringBuilder out = new StringBuilder();

  private ModelCard() {}

  /// The section on `reports`, which were made over the same text; ends in a line feed.
  public static String of(List<Report> reports) {
    if (reports.isEmpty()) {
      throw new IllegalArgumentException("a model card of no reports");
    }
    return new ModelCard().build(reports);
  }

  private String build(List<Report> reports) {
    Report first = reports.getFirst();
    line("## What quantization cost");
    line("");
    first
        .source()
        .ifPresent(
            source ->
                line(
                    "Every file was held against %s (%s bits per weight, %s) over the same text.\n"
                        .formatted(
                            Cells.text(source.name()),
                            Cells.fixed(source.bitsPerWeight(), 2),
                            Cells.size(source.bytes()))));
    line(
        "| file | size | bits per weight | perplexity | ratio | mean KLD | 99 % KLD | same top"
            + " token |");
    line("|---|---:|---:|---:|---:|---:|---:|---:|");
    reports.forEach(this::row);
    line("");
    circumstances(first);
    return out.toString();
  }

  private void row(Report report) {
    String lost =
        switch (report.quality()) {
          case Quality.Alone _ -> "– | – | – | –";
          case Quality.Against against ->
              "%s | %s | %s | %s"
                  .formatted(
                      Cells.estimate(against.ratio(), 4),
                      Cells.estimate(against.divergence().mean(), 5),
                      Cells.fixed(against.divergence().p99(), 4),
                      Cells.fixed(100 * against.sameTop().value(), 2) + " %");
        };
    Estimate perplexity = report.quality().perplexity();
    line(
        "| %s | %s | %s | %s | %s |"
            .formatted(
                Cells.text(report.candidate().name()),
                Cells.size(report.candidate().bytes()),
                Cells.fixed(report.candidate().bitsPerWeight(), 2),
                Cells.estimate(perplexity, 3),
                lost));
  }

  private void circumstances(Report report) {
    TextFacts text = report.text();
    line(
        String.format(
            Locale.ROOT,
            "KLD is the Kullback-Leibler divergence from the source in nats per token, over %,d"
                + " positions of %s (SHA-256 `%s`) in pieces of %d tokens. Errors are standard"
                + " errors over positions taken as independent. Made by %s; models computed with"
                + " %s.",
            report.quality().positions(),
            Cells.text(text.name()),
            text.sha256(),
            text.context(),
            Cells.text(report.made().tool()),
            Cells.text(report.made().arithmetic())));
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
