package dev.quern.formats.modelcard;

import dev.quern.formats.MetadataValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The sampler settings that the makers of a model recommend.
final class Sampling {
  private static final String FILE = "generation_config.json";

  /// In the order in which they are written. The first of the names that is there counts.
  private static final List<Setting> SETTINGS =
      List.of(
          new Setting("sequence", Kind.TEXT, List.of("sequence")),
          new Setting("top_k", Kind.INT32, List.of("top_k")),
          new Setting("top_p", Kind.FLOAT32, List.of("top_p")),
          new Setting("min_p", Kind.FLOAT32, List.of("min_p")),
          new Setting("xtc_probability", Kind.FLOAT32, List.of("xtc_probability")),
          new Setting("xtc_threshold", Kind.FLOAT32, List.of("xtc_threshold")),
          new Setting("temp", Kind.FLOAT32, List.of("temperature")),
          new Setting("penalty_last_n", Kind.INT32, List.of("penalty_last_n")),
          new Setting(
              "penalty_repeat", Kind.FLOAT32, List.of("penalty_repeat", "repetition_penalty")),
          new Setting("mirostat", Kind.INT32, List.of("mirostat")),
          new Setting("mirostat_tau", Kind.FLOAT32, List.of("mirostat_tau")),
          new Setting("mirostat_eta", Kind.FLOAT32, List.of("mirostat_eta")));

  private enum Kind {
    TEXT,
    INT32,
    FLOAT32
  }

  private record Setting(String key, Kind kind, List<String> names) {}

  private Sampling() {}

  /// Adds the settings in `generation_config.json` of `folder`, if there is one, to `out`.
  static void write(Path folder, KeyValues out, Consumer<String> warnings) {
    Map<String, @Nullable Object> config = JsonFile.read(folder, FILE, warnings);
    for (Setting setting : SETTINGS) {
      for (String name : setting.names()) {
        if (config.containsKey(name)) {
          write(setting, FILE + ": `" + name + "`", config.get(name), out, warnings);
          break;
        }
      }
    }
  }

  private static void write(
      Setting setting,
      String where,
      @Nullable Object value,
      KeyValues out,
      Consumer<String> warnings) {
    String key = "general.sampling." + setting.key();
    if (value == null) {
      return;
    } else if (setting.kind() == Kind.TEXT) {
      out.text(key, CardText.of(where, value, warnings));
      return;
    }
    boolean whole = setting.kind() == Kind.INT32;
    Optional<MetadataValue> number = whole ? int32(value) : float32(value);
    number.ifPresent(found -> out.put(key, found));
    if (number.isEmpty()) {
      String wanted = whole ? "a whole number of 32 bits" : "a number in single precision";
      warnings.accept(
          where + " is " + CardText.describe(value) + ", wanted " + wanted + "; left out");
    }
  }

  // Truth values count as 1 and 0 here, as they do in Python.
  private static Optional<MetadataValue> int32(Object value) {
    return switch (value) {
      case Integer number -> Optional.of(new MetadataValue.Int32(number));
      case Boolean flag -> Optional.of(new MetadataValue.Int32(flag ? 1 : 0));
      default -> Optional.empty();
    };
  }

  private static Optional<MetadataValue> float32(Object value) {
    return switch (value) {
      case Number number -> KeyValues.float32(number);
      case Boolean flag -> Optional.of(new MetadataValue.Float32(flag ? 1 : 0));
      default -> Optional.empty();
    };
  }
}
