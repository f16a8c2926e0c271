package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CheckTokenizerCommandTest {
  @TempDir private Path folder = Path.of("");

  private static Iterable<Path> models() {
    return TinyModel.ALL;
  }

  @ParameterizedTest
  @MethodSource("models")
  void findsThatAConversionIsTrue(Path model) {
    Path gguf = TinyModel.gguf(model, "F32", folder);
    Path text = TinyModel.text(folder, 500);

    Run run = Run.of("check-tokenizer", model, gguf, "--text", text);

    assertThat(run.code()).as(run.out()).isEqualTo(ExitCode.DONE);
    assertThat(run.out()).containsPattern("\\d+ texts, \\d+ tokens: equal");
  }

  @Test
  void showsWhatIsDifferent() {
    Path gguf = TinyModel.gguf(TinyModel.LLAMA3, "F32", folder);
    assertThat(Run.of("edit", gguf, "--set", "tokenizer.ggml.add_bos_token=bool:false").code())
        .isZero();

    Run run = Run.of("check-tokenizer", TinyModel.LLAMA3, gguf);
    JsonNode json =
        TinyModel.json(Run.of("check-tokenizer", TinyModel.LLAMA3, gguf, "--json").out());

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.out()).contains("differs: ").contains("  source ").contains("  GGUF   ");
    assertThat(json.path("equal").asBoolean(true)).isFalse();
    assertThat(json.path("differences").path(0).path("source").path(0).path("id").isInt()).isTrue();
  }
}
