package dev.quern.cli;

import dev.quern.verifier.Contest;
import dev.quern.verifier.Report;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/// Prints which candidate is closer to the base, and how sure that is.
final class ContestPrinter {
  private final PrintWriter out;

  ContestPrinter(PrintWriter out) {
    this.out = out;
  }

  void print(List<Report> reports, List<Contest> contests) {
    for (Contest contest : contests) {
      String first = reports.get(contest.first()).candidate().name();
      String second = reports.get(contest.second()).candidate().name();
      out.printf("%s and %s%n", first, second);
      print("KL divergence", contest.divergence(), first, second);
      print("log perplexity", contest.logRatio(), first, second);
    }
  }

  private void print(String figure, Contest.Gap gap, String first, String second) {
    String verdict =
        gap.isSignificant()
            ? (gap.value() < 0 ? first : second) + " is lower"
            : "no difference shown";
    out.printf(
        Locale.ROOT,
        "%-18s %+.6f, 95 %% %s, p %s %.4g: %s%n",
        figure,
        gap.value(),
        ReportPrinter.interval(gap.interval()),
        gap.significance() <= 1.0 / 2000 ? "at most" : "about",
        gap.significance(),
        verdict);
  }
}
