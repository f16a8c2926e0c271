package dev.quern.formats.modelcard;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.io.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a JSON object that a conversion can do without.
final class JsonFile {
  /// Bytes of the largest file; those with a label for every class are some megabytes.
  private static final int LARGEST = 16 << 20;

  /// Python writes NaN and Infinity.
  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private JsonFile() {}

  /// The object in `name` of `folder`, without keys if there is no such file or, with a warning, if
  /// it cannot be read. Values are those of Java: [String], [Boolean], [Number], lists and maps.
  static Map<String, @Nullable Object> read(Path folder, String name, Consumer<String> warnings) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      return Map.of();
    }
    String problem;
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        problem = "it has more than " + LARGEST + " bytes";
      } else {
        return object(bytes);
      }
    } catch (JsonProcessingException e) {
      problem = "it is not a sound JSON object: " + oneLine(e.getOriginalMessage());
    } catch (IOException e) {
      problem = "it cannot be read: " + e;
    }
    warnings.accept(name + " is ignored: " + problem);
    return Map.of();
  }

  private static Map<String, @Nullable Object> object(byte[] bytes) throws IOException {
    try (JsonParser parser = FACTORY.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new JsonParseException(parser, "it does not begin with '{'");
      }
      JsonNode tree = JsonTree.readLast(parser);
      if (parser.nextToken() != null) {
        throw new JsonParseException(parser, "more follows its end");
      }
      return members(tree);
    }
  }

  private static Map<String, @Nullable Object> members(JsonNode object) {
    Map<String, @Nullable Object> members = new LinkedHashMap<>();
    object.properties().forEach(member -> members.put(member.getKey(), value(member.getValue())));
    return members;
  }

  private static @Nullable Object value(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> node.textValue();
      case BOOLEAN -> node.booleanValue();
      case NUMBER -> node.numberValue();
      case ARRAY -> values(node);
      case OBJECT -> members(node);
      case NULL, BINARY, MISSING, POJO -> null;
    };
  }

  private static List<@Nullable Object> values(JsonNode array) {
    List<@Nullable Object> values = new ArrayList<>();
    array.forEach(one -> values.add(value(one)));
    return values;
  }

  private static String oneLine(String message) {
    String line = message.strip().replaceAll("\\s+", " ");
    return line.substring(0, Math.min(line.length(), 200));
  }
}
