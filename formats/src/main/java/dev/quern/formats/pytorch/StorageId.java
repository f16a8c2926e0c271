package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import dev.quern.formats.pytorch.Pickled.StorageType;
import dev.quern.formats.pytorch.Pickled.Text;
import dev.quern.formats.pytorch.Pickled.Tuple;
import dev.quern.formats.pytorch.Pickled.Whole;
import java.util.List;
import java.util.Optional;

/// The persistent id of a storage: `("storage", type, key, place, elements)` and, in sequences, the
/// part of it that is meant.
///
/// @param dtype the type of its numbers
/// @param key what the container calls it
/// @param size bytes of the whole storage
/// @param view the part that is meant, if not all of it
record StorageId(DType dtype, String key, long size, Optional<View> view) {
  private static final int WHOLE = 5;

  /// A part of a storage, itself a storage.
  ///
  /// @param key what the container calls it
  /// @param offset its first byte
  /// @param size its bytes
  record View(String key, long offset, long size) {}

  /// Takes `id` apart.
  static StorageId of(Pickled id, PickleInput in) {
    if (!(id instanceof Tuple(List<Pickled> items))
        || items.size() < WHOLE
        || items.size() > WHOLE + 1
        || !(items.get(0) instanceof Text(String kind) && kind.equals("storage"))
        || !(items.get(1) instanceof StorageType(DType dtype))
        || !(items.get(2) instanceof Text(String key))
        || !(items.get(4) instanceof Whole(long elements))) {
      throw in.malformed(
          "a persistent id is %s, wanted (\"storage\", type, key, place, elements)"
              .formatted(id.kind()));
    }
    long size = bytes(dtype, elements, in);
    return new StorageId(
        dtype,
        key,
        size,
        items.size() == WHOLE ? Optional.empty() : view(items.get(5), dtype, size, in));
  }

  private static long bytes(DType dtype, long elements, PickleInput in) {
    if (elements < 0 || elements > Long.MAX_VALUE / 8) {
      throw in.malformed("a storage would have " + elements + " elements");
    }
    return dtype.bytes(elements);
  }

  private static Optional<View> view(Pickled view, DType dtype, long whole, PickleInput in) {
    if (view instanceof Pickled.None) {
      return Optional.empty();
    }
    if (!(view instanceof Tuple(List<Pickled> items))
        || items.size() != 3
        || !(items.get(0) instanceof Text(String key))
        || !(items.get(1) instanceof Whole(long first))
        || !(items.get(2) instanceof Whole(long count))) {
      throw in.malformed(
          "a part of a storage is %s, wanted (key, offset, elements)".formatted(view.kind()));
    }
    long offset = bytes(dtype, first, in);
    long size = bytes(dtype, count, in);
    if (offset > whole || size > whole - offset) {
      throw in.malformed(
          "a part of a storage has %d bytes from %d, the storage has %d"
              .formatted(size, offset, whole));
    }
    return Optional.of(new View(key, offset, size));
  }

  /// The whole storage, still without bytes.
  TorchStorage storage(PickleInput in) {
    if (key.length() > 100) {
      throw in.malformed("the key of a storage has " + key.length() + " characters");
    }
    return new TorchStorage(key, dtype, size);
  }

  /// Refuses an id that says something else of a storage than an earlier one.
  void check(TorchStorage known, PickleInput in) {
    if (known.size() != size || known.dtype() != dtype) {
      throw in.malformed(
          "storage %s is %s of %d bytes here and was %s of %d before"
              .formatted(key, dtype, size, known.dtype(), known.size()));
    }
  }
}
