package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What can lie on the stack of a [PickleMachine].
///
/// Lists and mappings may contain themselves, directly or not: nobody walks through a value without
/// a limit, and nothing here compares or prints what it contains.
sealed interface Pickled {
  /// A word for messages.
  String kind();

  /// `None`.
  record None() implements Pickled {
    @Override
    public String kind() {
      return "None";
    }
  }

  /// `True` or `False`.
  record Flag(boolean value) implements Pickled {
    @Override
    public String kind() {
      return "a truth value";
    }
  }

  /// A whole number that fits in 64 bits.
  record Whole(long value) implements Pickled {
    @Override
    public String kind() {
      return "the number " + value;
    }
  }

  /// A larger one.
  record Large(BigInteger value) implements Pickled {
    @Override
    public String kind() {
      return "the number " + value;
    }
  }

  /// A floating-point number.
  record Real(double value) implements Pickled {
    @Override
    public String kind() {
      return "the number " + value;
    }
  }

  /// A string.
  record Text(String value) implements Pickled {
    @Override
    public String kind() {
      return "the string \"" + (value.length() > 40 ? value.substring(0, 40) + "..." : value) + '"';
    }
  }

  /// Bytes, where they lie in the pickle.
  record Blob(MemorySegment value) implements Pickled {
    @Override
    public String kind() {
      return "bytes";
    }
  }

  /// A tuple.
  record Tuple(List<Pickled> items) implements Pickled {
    public Tuple {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a tuple of " + items.size();
    }
  }

  /// A list, to which the machine appends.
  final class Sequence implements Pickled {
    private final List<Pickled> items = new ArrayList<>();

    List<Pickled> items() {
      return items;
    }

    @Override
    public String kind() {
      return "a list of " + items.size();
    }
  }

  /// A dictionary, which the machine fills. Only the members whose keys are strings are kept.
  final class Mapping implements Pickled {
    private static final int LONGEST_KEY = 1 << 12;

    private final Map<String, Pickled> members = new LinkedHashMap<>();

    Map<String, Pickled> members() {
      return members;
    }

    /// Sets a member. Keys are short, so that comparing them takes no time.
    void put(String key, Pickled value, PickleInput in) {
      if (key.length() > LONGEST_KEY) {
        throw in.malformed(
            "a key has %d characters, wanted at most %d".formatted(key.length(), LONGEST_KEY));
      }
      members.put(key, value);
    }

    @Override
    public String kind() {
      return "a dictionary";
    }
  }

  /// A name that may be called, in the sense that its record is made.
  record Function(PickleFunction function) implements Pickled {
    @Override
    public String kind() {
      return "the function " + function.display();
    }
  }

  /// A class or function of plain data, such as a date, whose objects nothing looks into.
  record Plain(String name) implements Pickled {
    @Override
    public String kind() {
      return "the name " + name;
    }
  }

  /// A type of storages.
  record StorageType(DType dtype) implements Pickled {
    @Override
    public String kind() {
      return "a type of storages";
    }
  }

  /// A type of numbers, or of tensors of such numbers.
  record NumberType(DType dtype) implements Pickled {
    @Override
    public String kind() {
      return "the type " + dtype;
    }
  }

  /// A storage.
  record Storage(TorchStorage storage) implements Pickled {
    @Override
    public String kind() {
      return "a storage";
    }
  }

  /// A tensor.
  record Tensor(TensorView view) implements Pickled {
    @Override
    public String kind() {
      return "a tensor";
    }
  }

  /// Something harmless whose value does not matter, such as a device or a date.
  record Opaque(String what) implements Pickled {
    @Override
    public String kind() {
      return what;
    }
  }
}
