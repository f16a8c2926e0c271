package dev.quern.formats.adapter;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// Settings for the modules whose name ends as an expression says: the first that matches counts.
final class PatternKeys {
  private static final int LONGEST = 400;

  /// Letters that matching a name may look at: an expression that wants more goes round in circles.
  private static final int PATIENCE = 200_000;

  private final ModelConfig values;
  private final String name;
  private final List<Key> keys = new ArrayList<>();

  private record Key(String text, Pattern pattern) {}

  private PatternKeys(ModelConfig config, String name) {
    this.name = name;
    this.values = config.object(name).orElse(config);
    if (config.has(name)) {
      for (String key : values.keys()) {
        keys.add(new Key(key, compile(key)));
      }
    }
  }

  /// The settings in the object `name` of `config`, none if it is not there.
  static PatternKeys of(ModelConfig config, String name) {
    return new PatternKeys(config, name);
  }

  private Pattern compile(String key) {
    if (key.length() > LONGEST) {
      throw malformed(
          "a pattern has %d letters, wanted at most %d".formatted(key.length(), LONGEST));
    }
    try {
      return Pattern.compile("(?:.*\\.)?(?:" + key + ")");
    } catch (PatternSyntaxException e) {
      throw malformed("\"%s\" is no pattern: %s".formatted(key, e.getDescription()));
    }
  }

  /// What is set for `module`.
  Optional<Found> match(String module) {
    for (Key key : keys) {
      if (matches(key, module)) {
        return Optional.of(new Found(values, key.text));
      }
    }
    return Optional.empty();
  }

  private boolean matches(Key key, String module) {
    if (module.equals(key.text) || module.endsWith("." + key.text)) {
      return true;
    }
    try {
      return key.pattern.matcher(new Patient(module, new AtomicInteger(PATIENCE))).matches();
    } catch (OutOfPatience | StackOverflowError e) {
      throw malformed("matching \"%s\" with %s takes too long".formatted(key.text, module));
    }
  }

  private MalformedFileException malformed(String problem) {
    return new MalformedFileException(values.file(), name + ": " + problem);
  }

  /// A setting under its pattern.
  record Found(ModelConfig values, String key) {
    long integer() {
      return values.integer(key);
    }

    double number() {
      return values.number(key);
    }
  }

  private static final class OutOfPatience extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /// A name that may be looked at so many times.
  private record Patient(String text, AtomicInteger left) implements CharSequence {
    @Override
    public char charAt(int index) {
      if (left.decrementAndGet() < 0) {
        throw new OutOfPatience();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Patient(text.substring(start, end), left);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
