package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// GGUF metadata that describes no tokenizer: each gives one line that says which key, and why.
class MalformedTokenizerMetadataTest {
  private static Array texts(String... values) {
    return new Array(8, Stream.of(values).<MetadataValue>map(Text::new).toList());
  }

  private static Map<String, MetadataValue> good(String model) {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    put(metadata, "model", new Text(model));
    put(metadata, "pre", new Text("gpt-2"));
    put(metadata, "tokens", texts("a", "b", "ab"));
    put(metadata, "merges", texts("a b"));
    return metadata;
  }

  private static void put(Map<String, MetadataValue> metadata, String key, MetadataValue value) {
    metadata.put("tokenizer.ggml." + key, value);
  }

  private static void expect(Map<String, MetadataValue> metadata, String message) {
    assertThatThrownBy(() -> Tokenizers.fromMetadata("m.gguf", metadata))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("m.gguf: " + message.replace("@", "tokenizer.ggml."));
  }

  private static void expect(String key, MetadataValue value, String message) {
    expect("gpt2", key, value, message);
  }

  private static void expect(String model, String key, MetadataValue value, String message) {
    Map<String, MetadataValue> metadata = good(model);
    put(metadata, key, value);
    expect(metadata, message);
  }

  private static void expectWithout(String key, String message) {
    Map<String, MetadataValue> metadata = good("gpt2");
    metadata.remove("tokenizer.ggml." + key);
    expect(metadata, message);
  }

  @Test
  void missingKeys() {
    expectWithout("model", "no @model: the file has no tokenizer");
    expectWithout("tokens", "no @tokens: the file has no vocabulary");
    expectWithout("merges", "no @merges, which \"gpt2\" needs");
  }

  @Test
  void unknownKinds() {
    expect(
        "model",
        new Text("plamo2"),
        "@model is \"plamo2\", known are \"llama\", \"gpt2\", \"t5\", \"bert\" and \"rwkv\"");
    expect("model", new Bool(true), "@model is a bool, wanted a string");
    expect("pre", new Text("nonsense"), "@pre is \"nonsense\", which is not known");
    expect("pre", new Text("gemma4"), "@pre is \"gemma4\", whose vocabularies are not byte level");
    expect("pre", new Uint32(1), "@pre is a uint32, wanted a string");
  }

  @Test
  void tokensThatAreNone() {
    expect("tokens", new Text("a"), "@tokens is a text, wanted strings");
    expect("tokens", new Array(5, List.of()), "@tokens is an array of type 5, wanted strings");
    expect("tokens", texts(), "@tokens is empty");
    expect("tokens", texts("a", "b", "a"), "@tokens has \"a\" twice: token 0 and token 2");
  }

  @Test
  void listsThatDoNotFitTheTokens() {
    expect(
        "scores",
        new Array(6, List.of(new Float32(1))),
        "@scores has 1 elements, wanted one for each of the 3 tokens");
    expect(
        "scores",
        new Array(6, List.of(new Float32(1), new Float32(Float.NaN), new Float32(1))),
        "@scores[1] is not a number");
    expect("scores", texts("1"), "@scores is an array of type 8, wanted 32-bit floats");
    expect(
        "token_type",
        new Array(5, List.of(new Int32(1))),
        "@token_type has 1 elements, wanted one for each of the 3 tokens");
    expect(
        "token_type",
        new Array(5, List.of(new Int32(1), new Int32(6), new Int32(1))),
        "@tokens[1] is a byte token with the text \"b\", wanted <0x00> to <0xFF>");
  }

  @Test
  void merges() {
    expect("merges", texts("ab"), "@merges[0] is \"ab\", wanted two texts and a space");
    expect("merges", texts("a b", ""), "@merges[1] is \"\", wanted two texts and a space");
  }

  @Test
  void specialTokensThatAreNotThere() {
    expect("bos_token_id", new Uint32(3), "@bos_token_id is 3, but there are 3 tokens, from 0");
    expect("eos_token_id", new Int32(-2), "@eos_token_id is -2, but there are 3 tokens, from 0");
    expect("eot_token_id", new Text("b"), "@eot_token_id is a text, wanted a whole number");
    expect(
        "add_bos_token", new Bool(true), "@add_bos_token is true, but there is no @bos_token_id");
    expect(
        "add_eos_token", new Bool(true), "@add_eos_token is true, but there is no @eos_token_id");
    expect("add_eos_token", new Uint32(1), "@add_eos_token is a uint32, wanted a bool");
    expect(
        "llama", "add_space_prefix", new Text("no"), "@add_space_prefix is a text, wanted a bool");
  }
}
