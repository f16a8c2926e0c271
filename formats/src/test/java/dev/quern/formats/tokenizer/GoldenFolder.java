package dev.quern.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.formats.MetadataValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// The golden files that `src/test/golden/make_tokenizer_goldens.py` makes.
final class GoldenFolder {
  private final Path path;

  GoldenFolder(String name) {
    this.path = file(name);
  }

  static Path file(String name) {
    try {
      return Path.of(GoldenFolder.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode json(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  long vocabSize() {
    return json(path.resolve("config.json")).path("vocab_size").asLong();
  }

  SourceVocabulary vocabulary() {
    return SourceVocabulary.read(path, vocabSize(), Optional.empty());
  }

  Tokenizer tokenizer() {
    return Tokenizers.fromMetadata(path.toString(), vocabulary().metadata());
  }

  /// A text and the ids that somebody else gives it.
  record Case(String text, List<Integer> own, List<Integer> plain, List<Integer> special) {}

  List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (JsonNode node : json(path.resolve("ids.json"))) {
      cases.add(
          new Case(
              node.path("text").asText(),
              ids(node, "own"),
              ids(node, "plain"),
              ids(node, "special")));
    }
    return cases;
  }

  private static List<Integer> ids(JsonNode node, String name) {
    return StreamSupport.stream(node.path(name).spliterator(), false).map(JsonNode::asInt).toList();
  }

  /// The ids that `tokenizer` gives to `text`.
  static List<Integer> encode(Tokenizer tokenizer, String text, boolean parseSpecial) {
    return Arrays.stream(tokenizer.encode(text, false, parseSpecial)).boxed().toList();
  }

  /// A key as the reference converter writes it.
  record Key(String name, String type, JsonNode value) {}

  List<Key> keys() {
    List<Key> keys = new ArrayList<>();
    for (JsonNode node : json(path.resolve("keys.json"))) {
      keys.add(new Key(node.path(0).asText(), node.path(1).asText(), node.path(2)));
    }
    return keys;
  }

  /// `value` as [Key#value] has it.
  static String shown(MetadataValue value) {
    return switch (value) {
      case MetadataValue.Text(String text) -> text;
      case MetadataValue.Array(_, List<MetadataValue> values) ->
          values.stream().map(GoldenFolder::shown).toList().toString();
      case MetadataValue.Float32(float number) -> Double.toString(number);
      case MetadataValue.Bool(boolean flag) -> Boolean.toString(flag);
      case MetadataValue.Uint32(long number) -> Long.toString(number);
      case MetadataValue.Int32(int number) -> Integer.toString(number);
      default -> throw new AssertionError(value);
    };
  }

  static String shown(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(GoldenFolder::shown)
          .toList()
          .toString();
    }
    return value.asText();
  }

  static String typeName(MetadataValue value) {
    return switch (value) {
      case MetadataValue.Text _ -> "STRING";
      case MetadataValue.Array(int element, _) ->
          "ARRAY/" + List.of("INT32", "FLOAT32", "", "STRING").get(element - 5);
      case MetadataValue.Bool _ -> "BOOL";
      case MetadataValue.Uint32 _ -> "UINT32";
      default -> throw new AssertionError(value);
    };
  }
}
