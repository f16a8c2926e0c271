package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// `logits`, `generate` and `tokenize`.
class RunCommandsTest {
  @TempDir Path folder;

  static List<Path> models() {
    return TinyModel.ALL;
  }

  @ParameterizedTest
  @MethodSource("models")
  void logitsEqualThoseOfPyTorch(Path model) {
    Path expected = model.resolve("expected.safetensors");
    Path file = folder.resolve("logits.safetensors");

    Run run =
        Run.of("logits", TinyModel.gguf(model, "F32", folder), "--tokens", expected, "-o", file);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    Logits.assertClose(file, expected);
  }

  @Test
  void logitsOfTheFolderEqualThoseOfItsConversion() {
    Path expected = TinyModel.LLAMA.resolve("expected.safetensors");
    Path direct = folder.resolve("direct.safetensors");
    Path converted = folder.resolve("converted.safetensors");

    Run.of("logits", TinyModel.LLAMA, "--tokens", expected, "-o", direct);
    Run.of(
        "logits",
        TinyModel.gguf(TinyModel.LLAMA, "BF16", folder),
        "--tokens",
        expected,
        "-o",
        converted);

    assertThat(direct).hasSameBinaryContentAs(converted);
  }

  @Test
  void logitsRefuseTokensThatTheModelHasNot() {
    Path tokens = TinyModel.write(folder.resolve("tokens.safetensors"), Tokens.file(1, 320));

    Run run = Run.of("logits", TinyModel.LLAMA, "--tokens", tokens, "-o", folder.resolve("logits"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1).first().asString().contains("320");
    assertThat(TinyModel.names(folder)).containsExactly("tokens.safetensors");
  }

  @Test
  void theSameSeedMakesTheSameText() {
    JsonNode first = generate("--seed", "5");
    JsonNode again = generate("--seed", "5");
    JsonNode other = generate("--seed", "6");

    assertThat(first.get("tokens")).hasSize(24).isEqualTo(again.get("tokens"));
    assertThat(first.get("text")).isEqualTo(again.get("text"));
    assertThat(first.get("tokens")).isNotEqualTo(other.get("tokens"));
    assertThat(first.get("generate_tokens_per_second").doubleValue()).isPositive();
  }

  @Test
  void oneTokenIsTheFirstOfMany() {
    Run run = Run.of("generate", TinyModel.LLAMA, "-p", "The mill", "-n", 1, "--seed", 5, "--json");

    assertThat(TinyModel.json(run.out()).get("tokens"))
        .containsExactly(generate("--seed", "5").get("tokens").get(0));
  }

  @Test
  void temperatureZeroDoesNotDependOnTheSeed() {
    assertThat(generate("--seed", "5", "--temperature", "0").get("tokens"))
        .isEqualTo(generate("--seed", "6", "--temperature", "0").get("tokens"));
  }

  @Test
  void printedTextIsPromptAndContinuation() {
    Object[] line = {"generate", TinyModel.LLAMA, "-p", "The mill", "-n", 24, "--seed", 5};

    Run run = Run.of(line);

    assertThat(run.out())
        .isEqualTo("The mill" + generate("--seed", "5").get("text").textValue() + "\n");
    assertThat(run.err()).startsWith("24 tokens; ").contains("int8 activations, F16 cache");
  }

  @Test
  void generationEndsWithTheContext() {
    Run run = Run.of("generate", TinyModel.LLAMA, "-p", "The mill", "-c", 20, "-n", 500, "--json");

    JsonNode document = TinyModel.json(run.out());
    int prompt =
        TinyModel.json(Run.of("tokenize", TinyModel.LLAMA, "The mill", "--json").out())
            .get("tokens")
            .size();
    assertThat(document.get("tokens").size() + prompt).isLessThanOrEqualTo(21);
    assertThat(Run.of("generate", TinyModel.LLAMA, "-p", "The mill", "-c", 3).err())
        .contains("the context 3 positions; give more with --ctx");
  }

  @Test
  void tokenizePrintsIdsAndTheirTexts() {
    Run ids = Run.of("tokenize", TinyModel.LLAMA, "mill");
    Run plain = Run.of("tokenize", TinyModel.LLAMA, "mill", "--no-bos");
    JsonNode document = TinyModel.json(Run.of("tokenize", TinyModel.LLAMA, "mill", "--json").out());

    assertThat(ids.out()).isEqualTo("1 " + plain.out());
    assertThat(document.get("tokens")).hasSameSizeAs(document.get("pieces"));
    assertThat(document.get("pieces").get(0).textValue()).isEqualTo("<s>");
  }

  @Test
  void mergesOfUnknownTokensHaveNoEffect() {
    Path good = TinyModel.gguf(TinyModel.LLAMA3, "F16", folder);
    Path odd =
        Damage.rewrite(
            good,
            folder.resolve("odd.gguf"),
            metadata -> {
              List<String> texts = new ArrayList<>(List.of("q q", "qq z", "zz zz"));
              if (metadata.get("tokenizer.ggml.merges") instanceof Array merges) {
                merges.values().forEach(merge -> texts.add(((Text) merge).value()));
              }
              metadata.put("tokenizer.ggml.merges", Array.ofTexts(texts));
            });

    Run run = Run.of("tokenize", odd, "the mill qqz zzzz");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).isEqualTo(Run.of("tokenize", good, "the mill qqz zzzz").out());
  }

  @Test
  void tokenizeReadsFilesAndControlTokens() {
    Path file = TinyModel.write(folder.resolve("text.txt"), "a<|end_of_text|>");

    Run text = Run.of("tokenize", TinyModel.LLAMA3, "--text", file);
    Run special = Run.of("tokenize", TinyModel.LLAMA3, "--text", file, "--special");

    assertThat(special.out().strip().split(" ")).hasSize(3).endsWith("2");
    assertThat(text.out().strip().split(" ")).hasSizeGreaterThan(3);
  }

  private static JsonNode generate(String... options) {
    List<Object> line =
        new ArrayList<>(List.of("generate", TinyModel.LLAMA, "-p", "The mill", "-n", 24, "--json"));
    line.addAll(List.of(options));
    Run run = Run.of(line.toArray());
    assertThat(run.code()).as(run.err()).isZero();
    return TinyModel.json(run.out());
  }
}
