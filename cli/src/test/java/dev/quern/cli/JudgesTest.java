package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A trained model that others published, from the folder that QUERN_JUDGES names.
class JudgesTest {
  private static final double PERPLEXITY = 3.7468;
  private static final int TEXT_BYTES = 200_000;

  @TempDir Path folder;
  private Path judges = Path.of("");
  private Path stories = Path.of("");

  @BeforeEach
  void findJudges() {
    String named = System.getenv("QUERN_JUDGES");
    Assumptions.assumeTrue(named != null, "QUERN_JUDGES names no folder of judges");
    judges = Path.of(String.valueOf(named));
    stories = judges.resolve("weights/stories260K");
  }

  @Test
  void logitsOfStoriesEqualThoseOfPyTorch() {
    Path expected = stories.resolve("expected.safetensors");
    Path logits = folder.resolve("logits.safetensors");
    Path model = TinyModel.gguf(stories, "F32", folder);

    Run run = Run.of("logits", model, "--tokens", expected, "-o", logits);

    assertThat(run.code()).as(run.err()).isZero();
    Logits.assertClose(logits, expected);
  }

  @Test
  void perplexityOfStoriesIsThatOfLlamaCpp() throws IOException {
    Path text = folder.resolve("text.txt");
    try (InputStream in = Files.newInputStream(judges.resolve("text/tinystories-val.txt"))) {
      TinyModel.write(text, in.readNBytes(TEXT_BYTES));
    }
    Path model = TinyModel.gguf(stories, "F32", folder);

    Run run = Run.of("verify", model, "--text", text, "--ctx", 256, "--chunks", 32, "--json");

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode report = TinyModel.json(run.out());
    assertThat(report.at("/perplexity/value").doubleValue())
        .isCloseTo(PERPLEXITY, within(0.001 * PERPLEXITY));
  }
}
