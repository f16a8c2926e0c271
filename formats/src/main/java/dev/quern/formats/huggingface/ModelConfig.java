package dev.quern.formats.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.JsonCursor;
import dev.quern.formats.io.JsonTree;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A JSON object of settings, such as `config.json`, with typed lookups.
///
/// A lookup takes the names under which one setting is known; the first that is there and not null
/// counts. What is missing or of another type is a [MalformedFileException] that names file and
/// key.
public final class ModelConfig {
  /// Bytes of the largest file that is read: some list a quantization method for every module.
  static final long LONGEST = 16 << 20;

  private final Path file;
  private final String prefix;
  private final ObjectNode node;
  private final @Nullable ModelConfig outer;

  private ModelConfig(Path file, String prefix, ObjectNode node, @Nullable ModelConfig outer) {
    this.file = file;
    this.prefix = prefix;
    this.node = node;
    this.outer = outer;
  }

  /// Makes the JVM load what reading JSON needs, for who knows that some will be read. Nothing
  /// depends on it but time.
  public static void prepare() {
    MemorySegment nothing = MemorySegment.ofArray("{}".getBytes(StandardCharsets.UTF_8));
    read(Path.of(""), nothing, HeapBudget.ofThisJvm());
  }

  /// Reads the JSON object in `path`.
  public static ModelConfig read(Path path) {
    try (MappedFile mapped = MappedFile.open(path)) {
      return read(path, mapped.bytes(), HeapBudget.ofThisJvm());
    }
  }

  /// Reads `bytes` as if they were the content of `path`.
  static ModelConfig read(Path path, MemorySegment bytes, HeapBudget budget) {
    if (bytes.byteSize() > LONGEST) {
      throw new MalformedFileException(
          path, "the file has " + bytes.byteSize() + " bytes, wanted at most " + LONGEST);
    }
    try (JsonCursor json = new JsonCursor(path, bytes, 0)) {
      return new ModelConfig(path, "", json.tree("the file", budget), null);
    }
  }

  /// The file that it was read from.
  public Path file() {
    return file;
  }

  /// The keys of this object, in the order of the file.
  public Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    node.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  /// True if `key` is there and not null.
  public boolean has(String key) {
    return find(key).isPresent();
  }

  /// True if a string is under `key`.
  public boolean isText(String key) {
    return find(key).filter(found -> found.value.isTextual()).isPresent();
  }

  /// The whole number under one of `keys`.
  public long integer(String... keys) {
    return optionalInteger(keys).orElseThrow(() -> missing(keys));
  }

  /// The whole number under one of `keys`, if there is one.
  public OptionalLong optionalInteger(String... keys) {
    return find(keys).stream().mapToLong(this::integer).findFirst();
  }

  /// The finite number under one of `keys`.
  public double number(String... keys) {
    return optionalNumber(keys).orElseThrow(() -> missing(keys));
  }

  /// The finite number under one of `keys`, if there is one.
  public OptionalDouble optionalNumber(String... keys) {
    return find(keys).stream().mapToDouble(this::number).findFirst();
  }

  /// The string under one of `keys`.
  public String text(String... keys) {
    return optionalText(keys).orElseThrow(() -> missing(keys));
  }

  /// The string under one of `keys`, if there is one.
  public Optional<String> optionalText(String... keys) {
    return find(keys).map(this::text);
  }

  /// The truth value under one of `keys`.
  public boolean flag(String... keys) {
    return optionalFlag(keys).orElseThrow(() -> missing(keys));
  }

  /// The truth value under one of `keys`, if there is one.
  public Optional<Boolean> optionalFlag(String... keys) {
    return find(keys).map(this::flag);
  }

  /// The whole numbers under one of `keys`: a list, or a single number as a list of one; empty when
  /// there is neither.
  public List<Long> integers(String... keys) {
    return elements(keys).stream().map(this::integer).toList();
  }

  /// The finite numbers under one of `keys`, likewise.
  public List<Double> numbers(String... keys) {
    return elements(keys).stream().map(this::number).toList();
  }

  /// The strings under one of `keys`, likewise.
  public List<String> texts(String... keys) {
    return elements(keys).stream().map(this::text).toList();
  }

  /// The settings in the object under `key`, if there are some.
  public Optional<ModelConfig> object(String key) {
    return find(key).map(this::object);
  }

  /// The settings of the language model: those in `text_config` where that has them, these
  /// otherwise.
  public ModelConfig textModel() {
    return object("text_config")
        .map(inner -> new ModelConfig(file, inner.prefix, inner.node, this))
        .orElse(this);
  }

  /// These settings with `values` in their place, where both have a key: keys to numbers, strings,
  /// truth values, lists or maps of them.
  public ModelConfig with(Map<String, Object> values) {
    ObjectNode all = node.deepCopy();
    values.forEach((key, value) -> all.set(key, JsonTree.of(value)));
    return new ModelConfig(file, prefix, all, outer);
  }

  /// These settings with nothing under `key`, which hides what they would fall back to.
  public ModelConfig withNull(String key) {
    ObjectNode all = node.deepCopy();
    all.putNull(key);
    return new ModelConfig(file, prefix, all, outer);
  }

  /// These settings, and `defaults` where they are silent or null: keys to numbers, strings or
  /// truth values.
  public ModelConfig withDefaults(Map<String, Object> defaults) {
    ObjectNode values = JsonNodeFactory.instance.objectNode();
    defaults.forEach((key, value) -> values.set(key, JsonTree.of(value)));
    return new ModelConfig(file, prefix, node, new ModelConfig(file, prefix, values, outer));
  }

  /// The settings of this object as JSON text, without those that it only falls back to.
  public String json() {
    return node.toPrettyString() + "\n";
  }

  /// A value with the place it was found at.
  private record Found(String key, JsonNode value) {}

  private Optional<Found> find(String... keys) {
    for (String key : keys) {
      JsonNode value = node.get(key);
      if (value != null && !value.isNull()) {
        return Optional.of(new Found(prefix + key, value));
      }
    }
    return outer == null ? Optional.empty() : outer.find(keys);
  }

  private List<Found> elements(String... keys) {
    List<Found> elements = new ArrayList<>();
    find(keys)
        .ifPresent(
            found -> {
              if (!found.value.isArray()) {
                elements.add(found);
                return;
              }
              for (int i = 0; i < found.value.size(); i++) {
                elements.add(new Found(found.key + "[" + i + "]", found.value.get(i)));
              }
            });
    return elements;
  }

  private long integer(Found found) {
    JsonNode value = found.value;
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return value.longValue();
    }
    double number = value.isFloatingPointNumber() ? value.doubleValue() : Double.NaN;
    if (number == Math.rint(number) && Math.abs(number) <= 1L << 53) {
      return (long) number;
    }
    throw mismatch(found, "a whole number below 2^63");
  }

  private double number(Found found) {
    if (found.value.isNumber() && Double.isFinite(found.value.doubleValue())) {
      return found.value.doubleValue();
    }
    throw mismatch(found, "a finite number");
  }

  private String text(Found found) {
    if (found.value.isTextual()) {
      return found.value.textValue();
    }
    throw mismatch(found, "a string");
  }

  private boolean flag(Found found) {
    if (found.value.isBoolean()) {
      return found.value.booleanValue();
    }
    throw mismatch(found, "true or false");
  }

  private ModelConfig object(Found found) {
    if (found.value instanceof ObjectNode inner) {
      return new ModelConfig(file, found.key + ".", inner, null);
    }
    throw mismatch(found, "an object");
  }

  private MalformedFileException missing(String... keys) {
    String wanted =
        keys.length == 1
            ? "key " + prefix + keys[0] + " is missing"
            : "one of the keys " + Arrays.toString(keys) + " is missing" + inPrefix();
    return new MalformedFileException(file, wanted);
  }

  private String inPrefix() {
    return prefix.isEmpty() ? "" : " in " + prefix.substring(0, prefix.length() - 1);
  }

  private MalformedFileException mismatch(Found found, String wanted) {
    String text = found.value.isNumber() ? found.value.asText() : found.value.toString();
    String shown = text.length() > 60 ? text.substring(0, 60) + "..." : text;
    return new MalformedFileException(file, found.key + " is " + shown + ", not " + wanted);
  }
}
