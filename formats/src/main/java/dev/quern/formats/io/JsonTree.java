package dev.quern.formats.io;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/// Makes a tree of what a parser finds.
///
/// Jackson's own way there begins with an object mapper, which asks the JVM for calendars, time
/// zones and what classes are made of: a tenth of the time in which a small model is opened.
public final class JsonTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private JsonTree() {}

  /// The value whose first token the parser is on; its last one is where it leaves the parser.
  ///
  /// The parser bounds how deep values nest.
  ///
  /// @throws com.fasterxml.jackson.core.JsonProcessingException if the text is not JSON, or a name
  ///   occurs twice in an object
  public static JsonNode read(JsonParser parser) throws IOException {
    return value(parser, true);
  }

  /// As [#read], but of a name that occurs twice in an object the last one counts, as in Python.
  ///
  /// @throws com.fasterxml.jackson.core.JsonProcessingException if the text is not JSON
  public static JsonNode readLast(JsonParser parser) throws IOException {
    return value(parser, false);
  }

  private static JsonNode value(JsonParser parser, boolean once) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser, once);
      case START_ARRAY -> array(parser, once);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer(parser);
      case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      case FIELD_NAME, END_OBJECT, END_ARRAY, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
          throw new IllegalArgumentException(
              "the parser is on " + parser.currentToken() + ", which begins no value");
    };
  }

  /// The tree that says `value`: a number, string or truth value, or a list or map of such trees.
  public static JsonNode of(Object value) {
    return switch (value) {
      case String text -> NODES.textNode(text);
      case Boolean flag -> NODES.booleanNode(flag);
      case Integer number -> NODES.numberNode(number.intValue());
      case Long number -> NODES.numberNode(number.longValue());
      case Double number -> NODES.numberNode(number.doubleValue());
      case List<?> all -> {
        ArrayNode array = NODES.arrayNode();
        all.forEach(one -> array.add(of(one)));
        yield array;
      }
      case Map<?, ?> all -> {
        ObjectNode object = NODES.objectNode();
        all.forEach((key, one) -> object.set(String.valueOf(key), of(one)));
        yield object;
      }
      default -> throw new IllegalArgumentException("no JSON for a " + value.getClass().getName());
    };
  }

  private static ObjectNode object(JsonParser parser, boolean once) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (once && object.has(name)) {
        throw new JsonParseException(
            parser, "Duplicate field '" + name + "'", parser.currentTokenLocation());
      }
      parser.nextToken();
      object.set(name, value(parser, once));
    }
    return object;
  }

  private static ArrayNode array(JsonParser parser, boolean once) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser, once));
    }
    return array;
  }

  private static JsonNode integer(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }
}
