package dev.quern.cli;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The sample model against what llama.cpp 0.7 measures of its own files with their weights decoded
/// to F32: 16 pieces of 256 tokens of eval.txt (src/test/golden/make_novella_reference.sh).
class NovellaTest {
  private static final Path SOURCE = Path.of("../examples/novella");
  private static final double BASE_PERPLEXITY = 27.1126;

  @TempDir static Path folder;

  /// What llama.cpp gives for a file.
  ///
  /// @param perplexity within 0.05 %
  /// @param divergence mean, in nats, within 3 %
  /// @param sameTop per cent, within 0.3
  record Reference(String type, double perplexity, double divergence, double sameTop) {
    Path file() {
      return folder.resolve("novella-" + type + ".gguf");
    }

    @Override
    public String toString() {
      return type;
    }
  }

  static Stream<Reference> references() {
    return Stream.of(
        new Reference("Q8_0", 27.1072, 0.000044, 99.46),
        new Reference("Q4_K_M", 27.2010, 0.003462, 94.44),
        new Reference("Q3_K_M", 27.3198, 0.009693, 92.86),
        new Reference("Q2_K", 27.7493, 0.040880, 84.35));
  }

  private static Map<String, JsonNode> reports = Map.of();

  @BeforeAll
  static void measure() {
    Run converted = Run.of("convert", SOURCE, "--to", "Q8_0,Q4_K_M,Q3_K_M,Q2_K", "-o", folder);
    assertThat(converted.code()).as(converted.err()).isZero();
    List<Object> arguments = new ArrayList<>(List.of("verify"));
    references().map(Reference::file).forEach(arguments::add);
    arguments.addAll(List.of("--against", SOURCE, "--ctx", 256, "--chunks", 16, "--json"));

    Run run = Run.of(arguments.toArray());

    assertThat(run.code()).as(run.err()).isZero();
    reports =
        TinyModel.json(run.out())
            .get("reports")
            .valueStream()
            .collect(toMap(report -> report.at("/candidate/name").textValue(), report -> report));
  }

  @ParameterizedTest
  @MethodSource("references")
  void perplexityAndDivergenceAreThoseOfLlamaCpp(Reference reference) {
    JsonNode report = requireNonNull(reports.get(reference.file().getFileName().toString()));

    assertThat(report.at("/base_perplexity/value").doubleValue())
        .isCloseTo(BASE_PERPLEXITY, within(0.0005 * BASE_PERPLEXITY));
    assertThat(report.at("/perplexity/value").doubleValue())
        .isCloseTo(reference.perplexity, within(0.0005 * reference.perplexity));
    assertThat(report.at("/kld/mean").doubleValue())
        .isCloseTo(reference.divergence, within(0.03 * reference.divergence));
    assertThat(100 * report.at("/top1/value").doubleValue())
        .isCloseTo(reference.sameTop, within(0.3));
  }
}
