package dev.quern.formats.modelcard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a JSON object that a conversion can do without.
final class JsonFile {
  /// Bytes of the largest file; those with a label for every class are some megabytes.
  private static final int LARGEST = 16 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // Python writes NaN and Infinity
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> OBJECT =
      new TypeReference<>() {};

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
        Map<String, @Nullable Object> object = MAPPER.readValue(bytes, OBJECT);
        if (object != null) {
          return object;
        }
        problem = "it is null, wanted a JSON object";
      }
    } catch (JsonProcessingException e) {
      problem = "it is not a sound JSON object: " + oneLine(e.getOriginalMessage());
    } catch (IOException e) {
      problem = "it cannot be read: " + e;
    }
    warnings.accept(name + " is ignored: " + problem);
    return Map.of();
  }

  private static String oneLine(String message) {
    String line = message.strip().replaceAll("\\s+", " ");
    return line.substring(0, Math.min(line.length(), 200));
  }
}
