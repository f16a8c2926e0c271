package dev.quern.formats.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.JsonTree;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// A JSON file whose parts are asked for by type: what has another is reported with its place.
public final class JsonFile {
  /// Names are neither shared nor interned: a vocabulary has a hundred thousand different ones.
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final Path path;
  private final JsonNode root;

  private JsonFile(Path path, JsonNode root) {
    this.path = path;
    this.root = root;
  }

  /// A file that holds `root`: what other files say, in the words of this one.
  ///
  /// @param path what messages call it
  public static JsonFile of(Path path, JsonNode root) {
    return new JsonFile(path, root);
  }

  /// Reads `path`, if there is such a file.
  ///
  /// @throws MalformedFileException if it is not a JSON object
  public static Optional<JsonFile> readIfThere(Path path) {
    if (!Files.isRegularFile(path)) {
      return Optional.empty();
    }
    // a decoder that replaces nothing: Jackson's own, for this kind of factory, would
    try (Reader in = new InputStreamReader(Files.newInputStream(path), UTF_8.newDecoder());
        JsonParser parser =
            new BudgetedParser(FACTORY.createParser(in), path, HeapBudget.ofThisJvm())) {
      if (parser.nextToken() == null) {
        throw new MalformedFileException(path, "holds nothing, wanted an object");
      }
      JsonNode root = JsonTree.read(parser);
      if (!root.isObject()) {
        throw new MalformedFileException(path, "holds " + kind(root) + ", wanted an object");
      }
      if (parser.nextToken() != null) {
        throw new JsonParseException(
            parser, "goes on after the object's end", parser.currentTokenLocation());
      }
      return Optional.of(new JsonFile(path, root));
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(path, "not JSON: " + reason(e), e);
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(path, "not JSON: not well-formed UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Jackson's reason without what is about Jackson, and the place if it is known.
  private static String reason(JsonProcessingException e) {
    String text =
        e.getOriginalMessage()
            .lines()
            .findFirst()
            .orElse("")
            .replaceFirst(" (\\(start marker at|for `ObjectNode`|the maximum allowed \\().*", "");
    String brief = text.length() > 200 ? text.substring(0, 200) + "…" : text;
    if (e.getLocation() == null) {
      return brief;
    }
    int line = e.getLocation().getLineNr();
    return brief + " (line " + line + ", column " + e.getLocation().getColumnNr() + ")";
  }

  /// The file.
  public Path path() {
    return path;
  }

  /// What the file holds.
  public JsonNode root() {
    return root;
  }

  /// What to throw when `problem` is found in the file.
  public MalformedFileException malformed(String problem) {
    return new MalformedFileException(path, problem);
  }

  private MalformedFileException wrongType(String place, JsonNode found, String wanted) {
    return malformed(place + " is " + kind(found) + ", wanted " + wanted);
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> "a string";
      case NUMBER -> "the number " + node.asText();
      case BOOLEAN -> node.asText();
      case ARRAY -> "an array";
      case OBJECT -> "an object";
      case NULL -> "null";
      case BINARY, MISSING, POJO -> "nothing";
    };
  }

  /// A member that is not there, or null, is missing.
  public static boolean isMissing(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  /// The string at `place`.
  public String text(JsonNode node, String place) {
    if (!node.isTextual()) {
      throw wrongType(place, node, "a string");
    }
    return node.asText();
  }

  /// The flag at `place`, or `otherwise` if it is missing.
  public boolean flag(JsonNode node, String place, boolean otherwise) {
    if (isMissing(node)) {
      return otherwise;
    }
    if (!node.isBoolean()) {
      throw wrongType(place, node, "true or false");
    }
    return node.asBoolean();
  }

  /// A token id: a whole number from 0.
  public int id(JsonNode node, String place) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.asInt() < 0) {
      throw wrongType(place, node, "a token id");
    }
    return node.asInt();
  }

  /// `node`, which is an object.
  public JsonNode object(JsonNode node, String place) {
    if (!node.isObject()) {
      throw wrongType(place, node, "an object");
    }
    return node;
  }

  /// `node`, which is an array.
  public JsonNode array(JsonNode node, String place) {
    if (!node.isArray()) {
      throw wrongType(place, node, "an array");
    }
    return node;
  }
}
