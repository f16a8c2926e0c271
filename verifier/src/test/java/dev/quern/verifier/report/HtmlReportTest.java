package dev.quern.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.verifier.Examples;
import dev.quern.verifier.JsonReport;
import dev.quern.verifier.report.Chromium.Loaded;
import dev.quern.verifier.report.Chromium.Scheme;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
  private static final List<String> CHARTS =
      List.of(
          "intervals",
          "context",
          "distribution",
          "chunks",
          "shift",
          "joint",
          "tensors",
          "frontier");

  @TempDir static Path profile;

  private static Optional<Loaded> light = Optional.empty();

  @TempDir private Path folder;

  @Test
  void holdsTheReportAsItIs() throws IOException {
    assertThat(new ObjectMapper().readTree(script(page(), "report")))
        .isEqualTo(new ObjectMapper().readTree(JsonReport.of(Examples.detailedReport())));
  }

  @Test
  void textsCannotEndTheScriptAroundThem() throws IOException {
    String details = script(page(), "details");

    assertThat(details).doesNotContain("<");
    JsonNode worst = new ObjectMapper().readTree(details).get("worst").get(0);
    assertThat(worst.get("before").textValue()).isEqualTo("</script><b>&amp; text");
  }

  @Test
  void refersToNothingOutside() {
    String page = page();
    // the library names its home and name spaces, and nothing of it is fetched
    String own = page.substring(0, page.indexOf("// https://d3js.org"));

    assertThat(own)
        .contains("default-src 'none'")
        .doesNotContain("http:", "https:", "src=", "url(");
    assertThat(page).doesNotContain("<link", "@import", "{{");
    assertThat(page).contains("Permission to use, copy, modify");
  }

  @Test
  void showsItsChartsWithoutErrors() throws IOException, InterruptedException {
    Loaded loaded = inLight();

    assertThat(loaded.messages()).isEmpty();
    assertThat(loaded.dom()).contains("data-ready=\"true\"");
    for (String chart : CHARTS) {
      String svg = between(main(loaded), "data-chart=\"" + chart + "\"", "</svg>");
      assertThat(svg)
          .as(chart)
          .contains("<text")
          .containsPattern("<(rect|circle|path)[^>]*(fill|style)");
      assertThat(svg).as(chart).doesNotContain("NaN").doesNotContain("undefined");
    }
    assertThat(main(loaded))
        .contains(
            "Worst places", " stone</mark>", "missed a gate", "Top five in common", "entropy");
  }

  @Test
  void aModelAloneHasAPageToo() throws IOException, InterruptedException {
    ScoreSummary scores = new ScoreSummary(64, 3);
    for (int i = 0; i < 60; i++) {
      scores.accept(Scores.alone(i / 20, 32 + i % 20, 0.5 / (1 + i)));
    }
    ReportDetails details = new ReportDetails(scores, List.of(), List.of(), List.of(), List.of());

    Loaded loaded =
        chromium()
            .load(
                write(HtmlReport.of(Examples.aloneReport(Examples.alone(), List.of()), details)),
                Scheme.LIGHT);

    assertThat(loaded.messages()).isEmpty();
    assertThat(main(loaded))
        .contains("data-chart=\"context\"", "data-chart=\"chunks\"")
        .doesNotContain("data-chart=\"shift\"", "NaN");
  }

  @Test
  void anErrorInAPageWouldBeSeen() throws IOException, InterruptedException {
    String broken = page().replace("\"measure\":", "\"nothing\":").replace("\"bands\":", "\"b\":");

    Loaded loaded = chromium().load(write(broken), Scheme.LIGHT);

    assertThat(loaded.messages()).anyMatch(message -> message.contains("TypeError"));
    assertThat(loaded.dom()).doesNotContain("data-ready=\"true\"");
  }

  @Test
  void isDrawnInLightAndDark() throws IOException, InterruptedException {
    BufferedImage light = inLight().image();
    BufferedImage dark = chromium().load(write(page()), Scheme.DARK).image();

    assertThat(light.getRGB(3, 3) & 0xFFFFFF).isEqualTo(0xF6F5F2);
    assertThat(dark.getRGB(3, 3) & 0xFFFFFF).isEqualTo(0x121314);
    assertThat(count(light, 0x0B7A75)).as("bars in the light accent").isGreaterThan(10_000);
    assertThat(count(dark, 0x4CC4BB)).as("bars in the dark accent").isGreaterThan(10_000);
    assertThat(count(dark, 0x0B7A75)).isZero();
  }

  private static String page() {
    return HtmlReport.of(Examples.detailedReport(), Scores.details().among(Scores.points()));
  }

  /// The page as most will see it; loaded once for all tests.
  private Loaded inLight() throws IOException, InterruptedException {
    if (light.isEmpty()) {
      light = Optional.of(chromium().load(write(page()), Scheme.LIGHT));
    }
    return light.orElseThrow();
  }

  private static Chromium chromium() {
    Optional<Chromium> chromium = Chromium.find(profile);
    assumeTrue(chromium.isPresent(), "no Chromium is installed");
    return chromium.orElseThrow();
  }

  private Path write(String page) throws IOException {
    return Files.writeString(folder.resolve("report.html"), page);
  }

  private static String script(String page, String id) {
    Matcher matcher =
        Pattern.compile(
                "<script type=\"application/json\" id=\"" + id + "\">(.*?)</script>",
                Pattern.DOTALL)
            .matcher(page);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static String between(String text, String from, String to) {
    int start = text.indexOf(from);
    assertThat(start).as(from).isNotNegative();
    return text.substring(start, text.indexOf(to, start));
  }

  /// What the page's script drew.
  private static String main(Loaded loaded) {
    return between(loaded.dom(), "<main", "</main>");
  }

  private static int count(BufferedImage image, int colour) {
    int count = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        count += (image.getRGB(x, y) & 0xFFFFFF) == colour ? 1 : 0;
      }
    }
    return count;
  }
}
