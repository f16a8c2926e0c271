package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Patterns as `tokenizer.json` has them: `{"String": …}` or `{"Regex": …}`.
final class JsonPatterns {
  private JsonPatterns() {}

  static Matches matches(JsonFile file, JsonNode pattern, String place) {
    if (pattern.has("String")) {
      return Matches.literal(file.text(pattern.path("String"), place + ".String"));
    }
    return Matches.regex(regex(file, pattern.path("Regex"), place + ".Regex"));
  }

  static Pattern regex(JsonFile file, JsonNode regex, String place) {
    try {
      return OnigurumaRegex.compile(file.text(regex, place));
    } catch (PatternSyntaxException e) {
      throw file.malformed(
          place + " is \"" + regex.asText() + "\", which cannot be used: " + e.getDescription());
    }
  }
}
