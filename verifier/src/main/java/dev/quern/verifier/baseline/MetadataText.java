package dev.quern.verifier.baseline;

import dev.quern.formats.MalformedFileException;
import java.nio.file.Path;
import java.util.Map;

/// Numbers and texts in the metadata of a file.
///
/// @param file for messages
/// @param values by key
record MetadataText(Path file, Map<String, String> values) {

  String text(String key) {
    String value = values.get(key);
    if (value == null) {
      throw new MalformedFileException(
          file, "the metadata lack " + key + ": not a baseline that --save-baseline wrote");
    }
    return value;
  }

  int whole(String key, int least, int most) {
    long value = large(key);
    if (value < least || value > most) {
      throw new MalformedFileException(
          file, "%s is %d, wanted %d to %d".formatted(key, value, least, most));
    }
    return (int) value;
  }

  long large(String key) {
    String text = text(key);
    try {
      long value = Long.parseLong(text);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw new MalformedFileException(file, key + " is \"" + text + "\", wanted a number", e);
    }
    throw new MalformedFileException(file, key + " is " + text + ", wanted at least 0");
  }

  double real(String key) {
    String text = text(key);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new MalformedFileException(file, key + " is \"" + text + "\", wanted a number", e);
    }
  }
}
