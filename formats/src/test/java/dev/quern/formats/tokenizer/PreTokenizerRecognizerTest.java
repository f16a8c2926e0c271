package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreTokenizerRecognizerTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r"
          + "\\n"
          + "\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r"
          + "\\n"
          + "]*|\\s*[\\r"
          + "\\n"
          + "]+|\\s+(?!\\S)|\\s+";

  @TempDir Path folder;

  private static ObjectNode split(String regex) {
    ObjectNode step =
        MAPPER
            .createObjectNode()
            .put("type", "Split")
            .put("behavior", "Isolated")
            .put("invert", false);
    step.putObject("pattern").put("Regex", regex);
    return step;
  }

  private static ObjectNode byteLevel(boolean useRegex) {
    return MAPPER
        .createObjectNode()
        .put("type", "ByteLevel")
        .put("add_prefix_space", false)
        .put("use_regex", useRegex);
  }

  private static ObjectNode step(String type) {
    return MAPPER.createObjectNode().put("type", type);
  }

  private String recognize(boolean ignoreMerges, ObjectNode... steps) throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.putObject("model");
    ArrayNode list =
        json.putObject("pre_tokenizer").put("type", "Sequence").putArray("pretokenizers");
    list.addAll(List.of(steps));
    return recognizeFile(ignoreMerges, json);
  }

  private String recognizeFile(boolean ignoreMerges, ObjectNode json) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), MAPPER.writeValueAsString(json));
    return PreTokenizerRecognizer.recognize(
            TokenizerJson.readIfThere(folder).orElseThrow(), ignoreMerges, false)
        .name();
  }

  static Stream<PreTokenizer> entries() {
    return PreTokenizers.all().stream()
        .filter(entry -> !entry.steps().contains(PreTokenizer.NUMBERS_IN_THREES));
  }

  @ParameterizedTest
  @MethodSource("entries")
  void recognizesEveryEntryByItsOwnRegexes(PreTokenizer entry) throws IOException {
    List<ObjectNode> steps =
        new ArrayList<>(entry.steps().stream().map(PreTokenizerRecognizerTest::split).toList());
    steps.add(byteLevel(false));
    assertThat(recognize(entry.ignoreMerges(), steps.toArray(ObjectNode[]::new)))
        .isEqualTo(entry.name());
  }

  @Test
  void hasEveryNameOnce() {
    Set<String> names = new HashSet<>();
    for (PreTokenizer entry : PreTokenizers.all()) {
      assertThat(names.add(entry.name())).as(entry.name()).isTrue();
      entry.aliases().forEach(alias -> assertThat(names.add(alias)).as(alias).isTrue());
    }
    assertThat(names).hasSizeGreaterThan(80);
  }

  @Test
  void recognizesStepsThatAreNotRegexes() throws IOException {
    assertThat(recognize(false, byteLevel(true))).isEqualTo("gpt-2");
    assertThat(recognize(false, step("Digits").put("individual_digits", true), byteLevel(true)))
        .isEqualTo("starcoder");
    assertThat(
            recognize(
                false,
                step("Punctuation").put("behavior", "Contiguous"),
                byteLevel(true),
                step("Digits").put("individual_digits", false),
                split("[0-9][0-9][0-9]")))
        .isEqualTo("falcon");
    assertThat(
            recognize(
                false,
                split("[\r\n]"),
                split("\\s?\\p{L}+"),
                split("\\s?\\p{P}+"),
                split("[一-龥ࠀ-一가-\ud7ff]+"),
                step("Digits").put("individual_digits", true),
                byteLevel(false)))
        .isEqualTo("deepseek-coder");
    assertThat(
            recognize(
                true,
                split(LLAMA3).put("behavior", "Removed").put("invert", true),
                byteLevel(false)))
        .isEqualTo("llama-bpe");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '\t',
      quoteCharacter = '`',
      value = {
        // the same with a factored choice, possessive quantifiers and another way to end a line
        "qwen2\tfalse\t'(?i:[sdmt]|ll|ve|re)|[^\\r"
            + "\\n"
            + "\\p{L}\\p{N}]?+\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]++[\\r"
            + "\\n"
            + "]*|\\s*[\\r"
            + "\\n"
            + "]|\\s+(?!\\S)|\\s+",
        "qwen2\tfalse\t(?i:'d|'t|'re|'ve|'ll|'m|'s)|[^\\p{N}\\p{L}\\n"
            + "\\r"
            + "]?\\p{L}+|\\p{N}{1}| ?[^\\p{N}\\p{L}\\s]+[\\n"
            + "\\r"
            + "]*|\\s*[\\n"
            + "\\r"
            + "]+|\\s+(?!\\S)|\\s+",
        "bloom\tfalse\t` ?[^(\\s|[.,!?…。，、।۔،])]+`",
        "gpt-2\tfalse\t'(?:[sdmt]|ll|ve|re)| ?\\p{L}+| ?\\p{N}+|"
            + " ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
      })
  void seesThroughTheWayARegexIsWritten(String name, boolean ignoreMerges, String regex)
      throws IOException {
    assertThat(recognize(ignoreMerges, split(regex), byteLevel(false))).isEqualTo(name);
  }

  @Test
  void tellsApartWhetherMergesAreIgnored() throws IOException {
    assertThat(recognize(true, split(LLAMA3), byteLevel(false))).isEqualTo("llama-bpe");
    assertThat(recognize(false, split(LLAMA3), byteLevel(false))).isEqualTo("smaug-bpe");
  }

  @Test
  void takesTheFirstNameWhereMergesMakeEveryToken() throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.putObject("pre_tokenizer")
        .put("type", "Sequence")
        .putArray("pretokenizers")
        .add(split(LLAMA3))
        .add(byteLevel(false));
    json.putObject("model");
    Files.writeString(folder.resolve("tokenizer.json"), MAPPER.writeValueAsString(json));
    TokenizerJson file = TokenizerJson.readIfThere(folder).orElseThrow();
    assertThat(PreTokenizerRecognizer.recognize(file, false, true).name()).isEqualTo("llama-bpe");
  }

  @Test
  void saysWhatItFoundWhatIsNearAndHowToGoOn() {
    assertThatThrownBy(
            () -> recognize(false, split(LLAMA3.replace("{1,3}", "{1,4}")), byteLevel(false)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            folder.resolve("tokenizer.json")
                + ": no pre-tokenizer of llama.cpp cuts text like this one: \""
                + LLAMA3.replace("{1,3}", "{1,4}")
                + "\", without ignore_merges; nearest: llama-bpe (ignore_merges true), smaug-bpe"
                + " (ignore_merges false), qwen2 (ignore_merges false); --pre NAME converts it as"
                + " if it were NAME");
  }

  @Test
  void refusesStepsThatNoNameHas() {
    assertThatThrownBy(() -> recognize(false, step("Whitespace"), byteLevel(true)))
        .hasMessageContaining("the step Whitespace");
    assertThatThrownBy(() -> recognize(false, split(LLAMA3)))
        .hasMessageContaining("no step ByteLevel");
    assertThatThrownBy(() -> recognize(false, byteLevel(true).put("add_prefix_space", true)))
        .hasMessageContaining("ByteLevel with add_prefix_space");
    assertThatThrownBy(
            () ->
                recognize(true, split(LLAMA3).put("behavior", "MergedWithNext"), byteLevel(false)))
        .hasMessageContaining("Split with behavior MergedWithNext");
    assertThatThrownBy(() -> recognize(true, split(LLAMA3).put("invert", true), byteLevel(false)))
        .hasMessageContaining("Split with behavior Isolated, inverted");
  }

  @Test
  void acceptsNoNormalizerButComposition() throws IOException {
    ObjectNode json = MAPPER.createObjectNode();
    json.putObject("model");
    json.set("pre_tokenizer", byteLevel(true));
    json.set("normalizer", step("NFC"));
    assertThat(recognizeFile(false, json)).isEqualTo("gpt-2");
    json.set("normalizer", step("Lowercase"));
    assertThatThrownBy(() -> recognizeFile(false, json))
        .hasMessageContaining("the normalizer Lowercase");
  }

  @ParameterizedTest
  @CsvSource({"gpt2.tokenizer.json", "gpt-neox-20b.tokenizer.json"})
  void recognizesPublishedTokenizers(String name) throws IOException {
    String judges = System.getenv("QUERN_JUDGES");
    assumeTrue(judges != null, "QUERN_JUDGES is not set");
    Files.copy(Path.of(judges, "tokenizers", name), folder.resolve("tokenizer.json"));
    TokenizerJson json = TokenizerJson.readIfThere(folder).orElseThrow();
    assertThat(
            PreTokenizerRecognizer.recognize(json, BpeVocabulary.of(json).ignoreMerges(), false)
                .name())
        .isEqualTo("gpt-2");
  }
}
