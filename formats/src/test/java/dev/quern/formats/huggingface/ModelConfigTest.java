package dev.quern.formats.huggingface;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ModelConfigTest {
  private static final String SETTINGS =
      """
      {"hidden_size": 64, "whole": 4096.0, "rope_theta": 1e6, "eps": 1e-05, "name": "x", "tie": true,
       "none": null, "eos": [1, 2], "bos": 0, "layer_types": ["full", "sliding"], "odd": 0.5,
       "limits": [0.0, Infinity, NaN, -Infinity], "huge": 9223372036854775808, "over": 1e400,
       "1e300": 1e300, "long": "%s",
       "rope_scaling": {"factor": 8.0, "inner": {"low": "no"}},
       "text_config": {"hidden_size": 32, "only_text": 7}}"""
          .formatted("x".repeat(80));

  private static ModelConfig read(String json) {
    return ModelConfig.read(
        Path.of("config.json"),
        MemorySegment.ofArray(json.getBytes(UTF_8)),
        new HeapBudget(1 << 14));
  }

  private static final ModelConfig CONFIG = read(SETTINGS);

  @Test
  void readsEveryTypeOfSetting() {
    assertThat(CONFIG.integer("hidden_size")).isEqualTo(64);
    assertThat(CONFIG.integer("whole")).isEqualTo(4096);
    assertThat(CONFIG.number("rope_theta")).isEqualTo(1e6);
    assertThat(CONFIG.number("hidden_size")).isEqualTo(64);
    assertThat(CONFIG.text("name")).isEqualTo("x");
    assertThat(CONFIG.flag("tie")).isTrue();
    assertThat(CONFIG.texts("layer_types")).containsExactly("full", "sliding");
    assertThat(CONFIG.file()).isEqualTo(Path.of("config.json"));
    assertThat(CONFIG.keys()).startsWith("hidden_size", "whole").hasSize(18);
  }

  @Test
  void takesTheFirstNameThatIsThere() {
    assertThat(CONFIG.integer("n_embd", "none", "hidden_size", "bos")).isEqualTo(64);
  }

  @Test
  void treatsNullAsMissing() {
    assertThat(CONFIG.has("none")).isFalse();
    assertThat(CONFIG.optionalInteger("none")).isEmpty();
    assertThat(CONFIG.optionalNumber("none")).isEmpty();
    assertThat(CONFIG.optionalText("none")).isEmpty();
    assertThat(CONFIG.optionalFlag("none")).isEmpty();
    assertThat(CONFIG.object("none")).isEmpty();
    assertThat(CONFIG.integers("none")).isEmpty();
  }

  @Test
  void readsASingleNumberAsAListOfOne() {
    assertThat(CONFIG.integers("bos")).isEqualTo(List.of(0L));
    assertThat(CONFIG.integers("eos")).isEqualTo(List.of(1L, 2L));
    assertThat(CONFIG.numbers("odd")).isEqualTo(List.of(0.5));
  }

  @Test
  void readsObjectsInside() {
    ModelConfig scaling = CONFIG.object("rope_scaling").orElseThrow();

    assertThat(scaling.number("factor")).isEqualTo(8);
    assertThat(scaling.object("inner").orElseThrow().text("low")).isEqualTo("no");
    assertThat(scaling.has("hidden_size")).isFalse();
  }

  @Test
  void prefersTheLanguageModelsOwnSettings() {
    ModelConfig text = CONFIG.textModel();

    assertThat(text.integer("hidden_size")).isEqualTo(32);
    assertThat(text.integer("only_text")).isEqualTo(7);
    assertThat(text.text("name")).isEqualTo("x");
    assertThat(read("{\"a\": 1}").textModel().integer("a")).isEqualTo(1);
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("lookups")
  void refusesLookup(Consumer<ModelConfig> lookup, String message) {
    assertThatThrownBy(() -> lookup.accept(CONFIG))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("config.json: " + message);
  }

  static Stream<Arguments> lookups() {
    return Stream.of(
        row(c -> c.integer("n_embd"), "key n_embd is missing"),
        row(c -> c.number("n_embd"), "key n_embd is missing"),
        row(c -> c.text("a", "b"), "one of the keys [a, b] is missing"),
        row(c -> c.flag("none"), "key none is missing"),
        row(
            c -> c.object("rope_scaling").orElseThrow().text("rope_type", "type"),
            "one of the keys [rope_type, type] is missing in rope_scaling"),
        row(
            c -> c.object("rope_scaling").orElseThrow().text("rope_type"),
            "key rope_scaling.rope_type is missing"),
        row(c -> c.integer("name"), "name is \"x\", not a whole number below 2^63"),
        row(c -> c.integer("odd"), "odd is 0.5, not a whole number below 2^63"),
        row(c -> c.integer("tie"), "tie is true, not a whole number below 2^63"),
        row(c -> c.integer("huge"), "huge is 9223372036854775808, not a whole number below 2^63"),
        row(c -> c.number("over"), "over is Infinity, not a finite number"),
        row(c -> c.numbers("limits"), "limits[1] is Infinity, not a finite number"),
        row(c -> c.number("eos"), "eos is [1,2], not a finite number"),
        row(
            c -> c.integers("layer_types"),
            "layer_types[0] is \"full\", not a whole number below 2^63"),
        row(c -> c.integer("1e300"), "1e300 is 1.0E300, not a whole number below 2^63"),
        row(
            c -> c.integer("long"),
            "long is \"" + "x".repeat(59) + "..., not a whole number below 2^63"),
        row(c -> c.text("hidden_size"), "hidden_size is 64, not a string"),
        row(c -> c.flag("bos"), "bos is 0, not true or false"),
        row(c -> c.object("eos"), "eos is [1,2], not an object"),
        row(
            c ->
                c.object("rope_scaling").orElseThrow().object("inner").orElseThrow().integer("low"),
            "rope_scaling.inner.low is \"no\", not a whole number below 2^63"),
        row(c -> c.textModel().text("only_text"), "text_config.only_text is 7, not a string"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("files")
  void refusesFile(String json, String message) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("config.json: " + message);
  }

  static Stream<Arguments> files() {
    String open = "[".repeat(70);
    return Stream.of(
        Arguments.of("", "the file is empty, not an object (at byte 0)"),
        Arguments.of(" [1]", "the file is an array, not an object (at byte 1)"),
        Arguments.of("\"text\"", "the file is \"text\", not an object (at byte 0)"),
        Arguments.of("{\"a\": 1, \"a\": 2}", "not JSON: Duplicate field 'a' (at byte 12)"),
        Arguments.of("{\"é\": {\"a\": 1, \"a\": 2}}", "not JSON: Duplicate field 'a' (at byte 19)"),
        Arguments.of(
            "{\"a\": 1} {}", "the JSON text goes on after its end with an object (at byte 9)"),
        Arguments.of(
            "{\"a\": [1, 2}", "not JSON: Unexpected close marker '}': expected ']' (at byte 11)"),
        Arguments.of(
            "{\"a\": 1",
            "not JSON: Unexpected end-of-input: expected close marker for Object (at byte 7)"),
        Arguments.of(
            "{\"a\": 01}",
            "not JSON: Invalid numeric value: Leading zeroes not allowed (at byte 7)"),
        Arguments.of(
            "{\"a\":" + open,
            "not JSON: Document nesting depth (65) exceeds the maximum allowed (64) (at byte 69)"),
        Arguments.of(
            "{\"a\":" + "1".repeat(2000) + "}",
            "not JSON: Number value length (2000) exceeds the maximum allowed (1000) (at byte 2005)"),
        Arguments.of(
            "{\"a\": [" + "{},".repeat(1000) + "1]}",
            "its content would fill more than the 16384 bytes of memory that may be used for it; if"
                + " the file is what it should be, give Java more (-Xmx)"),
        Arguments.of(
            " ".repeat((16 << 20) + 1), "the file has 16777217 bytes, wanted at most 16777216"));
  }

  private static Arguments row(Consumer<ModelConfig> lookup, String message) {
    return Arguments.of(lookup, message);
  }
}
