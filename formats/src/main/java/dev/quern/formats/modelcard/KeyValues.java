package dev.quern.formats.modelcard;

import dev.quern.formats.MetadataValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Collects metadata in the order in which it is written. Empty texts and lists are not written.
final class KeyValues {
  private final Map<String, MetadataValue> values = new LinkedHashMap<>();
  private final Consumer<String> warnings;

  KeyValues(Consumer<String> warnings) {
    this.warnings = warnings;
  }

  void put(String key, MetadataValue value) {
    values.put(key, value);
  }

  void text(String key, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      values.put(key, new MetadataValue.Text(text));
    }
  }

  /// Adds `items` if they are all texts, all numbers of one type or all truth values; of a mixed
  /// list, its texts.
  void array(String key, List<? extends @Nullable Object> items) {
    List<MetadataValue> array = new ArrayList<>();
    items.forEach(item -> element(item).ifPresent(array::add));
    if (array.stream().mapToInt(MetadataValue::typeId).distinct().count() > 1) {
      array.removeIf(element -> !(element instanceof MetadataValue.Text));
    }
    if (array.size() < items.size()) {
      int missing = items.size() - array.size();
      warnings.accept(
          "README.md: " + missing + " of the values for " + key + " are no text; left out");
    }
    if (!array.isEmpty()) {
      values.put(key, new MetadataValue.Array(array.getFirst().typeId(), array));
    }
  }

  /// What has been collected; cannot be changed.
  Map<String, MetadataValue> values() {
    return Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  private Optional<MetadataValue> element(@Nullable Object item) {
    return switch (item) {
      case null -> Optional.empty();
      case String text ->
          Optional.ofNullable(CardText.of("README.md: a value", text, warnings))
              .map(MetadataValue.Text::new);
      case Boolean flag -> Optional.of(new MetadataValue.Bool(flag));
      case Integer number -> Optional.of(new MetadataValue.Int32(number));
      case Double number -> float32(number);
      default -> Optional.empty();
    };
  }

  /// `number` in single precision, unless it is finite and too large for it.
  static Optional<MetadataValue> float32(Number number) {
    float rounded = number.floatValue();
    boolean infinite = number instanceof Double d && d.isInfinite();
    return Float.isInfinite(rounded) && !infinite
        ? Optional.empty()
        : Optional.of(new MetadataValue.Float32(rounded));
  }
}
