package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads hyper-parameters from the metadata of one model and checks their range. Keys are given
/// without the architecture's prefix.
final class TraitsReader {
  private final ModelView view;
  private final String prefix;
  private final Metadata metadata;

  TraitsReader(ModelView view, String architecture) {
    this.view = view;
    this.prefix = architecture + ".";
    this.metadata = Metadata.of(view);
  }

  /// True if the model has a tensor of this name.
  boolean hasTensor(String name) {
    return view.tensor(name).isPresent();
  }

  boolean has(String key) {
    return metadata.has(prefix + key);
  }

  /// A number from 1 to `most`; the key must be there.
  int count(String key, int most) {
    return checked(key, metadata.integer(prefix + key), 1, most);
  }

  /// A number from 1 to `most`, or `otherwise` if the key is absent.
  int count(String key, int most, int otherwise) {
    return metadata.optionalInteger(prefix + key).isPresent() ? count(key, most) : otherwise;
  }

  /// A number from 0 to `most`, or 0 if the key is absent.
  int countOrZero(String key, int most) {
    return checked(key, metadata.optionalInteger(prefix + key).orElse(0), 0, most);
  }

  /// A number from 0 to 2^31 - 1, 0 if the key is absent: lengths for which 0 is none.
  int lengthOrZero(String key) {
    return countOrZero(key, Integer.MAX_VALUE);
  }

  /// A finite number that is not negative, 0 if the key is absent.
  float limitOrZero(String key) {
    double number = metadata.optionalNumber(prefix + key).orElse(0);
    return number == 0 ? 0 : positive(key, number);
  }

  /// A truth value, if the key is there.
  boolean flag(String key, boolean otherwise) {
    return metadata.optionalFlag(prefix + key).orElse(otherwise);
  }

  /// Truth values for each of `count` blocks, if the key is there and holds an array.
  Optional<List<Boolean>> flags(String key, int count) {
    if (!(metadata.value(prefix + key).orElse(null) instanceof MetadataValue.Array array)) {
      return Optional.empty();
    }
    if (array.values().size() < count) {
      throw malformed(key, "has " + array.values().size() + " values, wanted " + count);
    }
    List<Boolean> flags = new ArrayList<>(count);
    for (MetadataValue value : array.values().subList(0, count)) {
      flags.add(truth(key, value));
    }
    return Optional.of(flags);
  }

  private boolean truth(String key, MetadataValue value) {
    return switch (value) {
      case MetadataValue.Bool(boolean flag) -> flag;
      case MetadataValue.Uint32(long number) -> number != 0;
      case MetadataValue.Int32(int number) -> number != 0;
      default -> throw malformed(key, "holds " + value.display() + ", wanted true or false");
    };
  }

  /// A positive finite number; the key must be there.
  float positive(String key) {
    return positive(key, metadata.number(prefix + key));
  }

  /// A positive finite number, if the key is there.
  Optional<Float> optionalPositive(String key) {
    return metadata.optionalNumber(prefix + key).isPresent()
        ? Optional.of(positive(key))
        : Optional.empty();
  }

  /// A text, if the key is there.
  Optional<String> optionalText(String key) {
    return metadata.optionalText(prefix + key);
  }

  MalformedFileException malformed(String key, String problem) {
    return new MalformedFileException(metadata.file(), "metadata " + prefix + key + " " + problem);
  }

  private int checked(String key, long number, int least, int most) {
    if (number < least || number > most) {
      throw malformed(key, "is " + number + ", wanted " + least + " to " + most);
    }
    return (int) number;
  }

  private float positive(String key, double number) {
    float rounded = (float) number;
    if (!(rounded > 0) || !Float.isFinite(rounded)) {
      throw malformed(key, "is " + number + ", a positive number is wanted");
    }
    return rounded;
  }
}
