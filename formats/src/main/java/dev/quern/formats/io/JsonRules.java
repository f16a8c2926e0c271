package dev.quern.formats.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;

/// How JSON is read here, and how what Jackson says of it becomes one line.
final class JsonRules {
  /// No file that a checkpoint has nests deeper than a dozen levels.
  static final int DEEPEST = 64;

  /// Characters of a string: a chat template or a model card, with room to spare.
  static final int LONGEST_TEXT = 8 << 20;

  private static final int LONGEST_NAME = 64 << 10;

  /// Names are neither shared nor interned: a header may have a hundred thousand different ones.
  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(LONGEST_TEXT)
                  .maxNameLength(LONGEST_NAME)
                  .build())
          .build();

  private JsonRules() {}

  /// What `e` says, on one line, without the names of Jackson's classes.
  static String message(JsonProcessingException e) {
    return e.getOriginalMessage()
        .replaceAll(",? from `[^`]*`", "")
        .replaceAll(" \\((start marker|for \\w+ starting) at .*", "")
        .replaceAll("\\s+", " ")
        .strip();
  }
}
