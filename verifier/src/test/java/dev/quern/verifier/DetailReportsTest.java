package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Reports of more than the usual figures.
class DetailReportsTest {
  @Test
  void jsonHasEveryFigureUnderItsName() throws IOException {
    JsonNode report = new ObjectMapper().readTree(JsonReport.of(Examples.detailedReport()));

    assertThat(report.at("/kld/min").doubleValue()).isEqualTo(1e-7);
    assertThat(report.at("/dp/p010").doubleValue()).isEqualTo(-0.05);
    assertThat(report.at("/dp/mean").doubleValue()).isEqualTo(-0.00021);
    assertThat(report.at("/top5/value").doubleValue()).isEqualTo(0.961);
    assertThat(report.at("/clustered/kld/1").doubleValue()).isEqualTo(0.0038);
    assertThat(report.at("/clustered/top1/1").isNull()).isTrue();
  }

  @Test
  void markdownSaysWhatTheErrorsTakeForGranted() {
    assertThat(MarkdownReport.of(Examples.detailedReport()))
        .contains("| 95 % interval of the mean KL divergence, by piece | 0.003100 to 0.003800 |")
        .contains("± takes positions for independent; the intervals draw whole pieces (64) anew.");
  }

  @Test
  void candidatesSideBySideAreNamedInTheirContests() throws IOException {
    Contest.Gap gap = new Contest.Gap(-0.1, new Interval(-0.2, -0.05), 0.0005);
    Report report = Examples.detailedReport();

    JsonNode document =
        new ObjectMapper()
            .readTree(
                SideBySideJson.of(List.of(report, report), List.of(new Contest(0, 1, gap, gap))));

    assertThat(document.get("reports")).hasSize(2);
    assertThat(document.at("/contests/0/first").textValue()).isEqualTo("novella-Q4_K_M.gguf");
    assertThat(document.at("/contests/0/kld/significant").booleanValue()).isTrue();
  }
}
