package dev.quern.formats.io;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks over a JSON text that lies in a segment, asking for what must come next.
///
/// Names that occur twice in an object, ill-formed UTF-8, deep nesting and overlong names or
/// strings are refused; every message names the byte. Numbers may be `NaN` and `Infinity`, as
/// Python writes them.
public final class JsonCursor implements AutoCloseable {
  private static final String CONTENT = "content";

  private final Path file;
  private final MemorySegment text;
  private final long base;
  private final JsonParser parser;

  /// A walk over the bytes of `text`, which begin at byte `base` of `file`.
  public JsonCursor(Path file, MemorySegment text, long base) {
    this.file = file;
    this.text = text;
    this.base = base;
    if (!Utf8.isWellFormed(text, 0, text.byteSize())) {
      throw new MalformedFileException(
          file, "the JSON text from byte " + base + " is not well-formed UTF-8");
    }
    this.parser = step(() -> JsonRules.FACTORY.createParser(new SegmentReader(text)));
  }

  /// The whole text as a tree, which must be one object and fit in `budget`.
  public ObjectNode tree(String what, HeapBudget budget) {
    try (JsonCursor scout = new JsonCursor(file, text, base)) {
      scout.chargeTree(budget);
    }
    beginObject(what);
    ObjectNode tree = (ObjectNode) step(() -> JsonTree.read(parser));
    end();
    return tree;
  }

  /// Charges what a tree costs, by walking over the text to its end.
  private void chargeTree(HeapBudget budget) {
    for (JsonToken token = next(); token != null; token = next()) {
      switch (token) {
        case START_OBJECT -> budget.charge(file, CONTENT, 96);
        case START_ARRAY -> budget.charge(file, CONTENT, 64);
        case FIELD_NAME -> budget.chargeText(file, CONTENT, name().length() + 48L);
        case VALUE_STRING -> budget.chargeText(file, CONTENT, currentText().length());
        default -> budget.charge(file, CONTENT, 40);
      }
    }
  }

  /// Steps into the object that must come next.
  public void beginObject(String what) {
    if (next() != JsonToken.START_OBJECT) {
      throw mismatch(what, "an object");
    }
  }

  /// Steps to the next name of the object; false at its end.
  public boolean nextName() {
    return next() == JsonToken.FIELD_NAME;
  }

  /// The name that [#nextName] stepped to.
  public String name() {
    return step(parser::currentName);
  }

  /// The string that must come next.
  public String text(String what) {
    if (next() != JsonToken.VALUE_STRING) {
      throw mismatch(what, "a string");
    }
    return currentText();
  }

  /// The whole number of at least 0 that must come next.
  public long count(String what) {
    next();
    return currentCount(what);
  }

  /// The array of at most `most` whole numbers of at least 0 that must come next.
  public List<Long> counts(String what, int most) {
    if (next() != JsonToken.START_ARRAY) {
      throw mismatch(what, "an array");
    }
    List<Long> counts = new ArrayList<>();
    while (next() != JsonToken.END_ARRAY) {
      if (counts.size() == most) {
        throw malformed(what + " has more than " + most + " numbers");
      }
      counts.add(currentCount(what));
    }
    return counts;
  }

  /// Steps over the value that comes next, whatever it is.
  public void skip() {
    next();
    step(parser::skipChildren);
  }

  /// Only white space may follow.
  public void end() {
    if (next() != null) {
      throw malformed("the JSON text goes on after its end with " + found());
    }
  }

  /// A problem at the token that the cursor is on.
  public MalformedFileException malformed(String problem) {
    return new MalformedFileException(
        file, problem + at(parser.currentTokenLocation().getCharOffset()));
  }

  @Override
  public void close() {
    try {
      parser.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private @Nullable JsonToken next() {
    return step(parser::nextToken);
  }

  private long currentCount(String what) {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && step(parser::getNumberType) != JsonParser.NumberType.BIG_INTEGER
        && step(parser::getLongValue) >= 0) {
      return step(parser::getLongValue);
    }
    throw mismatch(what, "a whole number of at least 0 and below 2^63");
  }

  private String currentText() {
    return step(parser::getText);
  }

  /// A call of Jackson's.
  @FunctionalInterface
  private interface Step<T extends @Nullable Object> {
    T take() throws IOException;
  }

  /// What the call returns; what Jackson has against the text becomes a message.
  private <T extends @Nullable Object> T step(Step<T> call) {
    try {
      return call.take();
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MalformedFileException mismatch(String what, String wanted) {
    return malformed(what + " is " + found() + ", not " + wanted);
  }

  private String found() {
    JsonToken token = parser.currentToken();
    if (token == null) {
      return "empty";
    }
    return switch (token) {
      case START_OBJECT -> "an object";
      case START_ARRAY -> "an array";
      case VALUE_STRING -> '"' + shorten(currentText()) + '"';
      default -> shorten(currentText());
    };
  }

  private static String shorten(String text) {
    return text.length() > 60 ? text.substring(0, 60) + "..." : text;
  }

  private MalformedFileException malformed(JsonProcessingException e) {
    JsonLocation location = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
    return new MalformedFileException(
        file, "not JSON: " + JsonRules.message(e) + at(location.getCharOffset()), e);
  }

  private String at(long unit) {
    return " (at byte " + (base + Utf8.byteOffset(text, 0, unit)) + ")";
  }
}
