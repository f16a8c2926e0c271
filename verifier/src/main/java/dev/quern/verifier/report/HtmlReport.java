package dev.quern.verifier.report;

import dev.quern.verifier.JsonReport;
import dev.quern.verifier.Report;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A report as one HTML page that needs nothing but itself: figures, charts and the text of the
/// worst places, in the light or dark colours that the reader prefers.
///
/// The page holds the report's JSON, the details, and D3, which draws them. Its content security
/// policy allows no request to anywhere.
public final class HtmlReport {
  private static final String LIBRARY = "META-INF/resources/webjars/d3/7.9.0/";
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

  private HtmlReport() {}

  /// The page, ending in a line feed.
  public static String of(Report report, ReportDetails details) {
    String name = report.candidate().name();
    Map<String, String> parts =
        Map.of(
            "title", escaped(name),
            "style", own("report.css"),
            "script", own("report.js"),
            "library", library("dist/d3.min.js"),
            "licence", library("LICENSE"),
            "report", inScript(JsonReport.of(report)),
            "details", inScript(DetailsJson.of(details, name).toString()));
    StringBuilder page = new StringBuilder();
    Matcher place = PLACE.matcher(own("page.html"));
    while (place.find()) {
      String part = parts.get(place.group(1));
      if (part == null) {
        throw new IllegalStateException("page.html has a place " + place.group());
      }
      place.appendReplacement(page, Matcher.quoteReplacement(part));
    }
    return place.appendTail(page).toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /// JSON that cannot end the script element around it.
  private static String inScript(String json) {
    return json.strip().replace("<", "\\u003c");
  }

  private static String own(String name) {
    return read(name, HtmlReport.class.getResourceAsStream(name));
  }

  private static String library(String name) {
    String path = LIBRARY + name;
    return read(path, HtmlReport.class.getClassLoader().getResourceAsStream(path));
  }

  private static String read(String name, @Nullable InputStream resource) {
    if (resource == null) {
      throw new IllegalStateException(
          name + " is not in the program: it was packaged incompletely");
    }
    try (InputStream in = resource) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
