package dev.quern.formats.flax;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.msgpack.value.ValueType;

/// Finds the arrays of a file, whichever of the two forms it has.
///
/// The prefix `params.`, once or twice, is dropped; where there are such names, others (the state
/// of an optimizer) are left out.
final class FlaxTree {
  private static final int ARRAY = 1;
  private static final int DEEPEST = 32;
  private static final int MOST_VALUES = 1 << 17;
  private static final String PARAMS = "params.";

  private final Path path;
  private final HeapBudget budget;
  private final List<SourceTensor> tensors = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final List<String> left = new ArrayList<>();
  private int values;

  FlaxTree(Path path, HeapBudget budget) {
    this.path = path;
    this.budget = budget;
  }

  /// True for the first byte of a list of two values.
  static boolean isPair(byte first) {
    return (first & 0xff) == 0x92;
  }

  /// True for the first bytes of a short list that begins with a short string.
  static boolean isName(byte list, byte string) {
    return (list & 0xf0) == 0x90 && (list & 15) > 0 && (string & 0xe0) == 0xa0;
  }

  void read(MemorySegment bytes) {
    MessageCursor cursor = new MessageCursor(path, bytes, 0, bytes.byteSize());
    if (cursor.atEnd()) {
      throw new MalformedFileException(path, "the file is empty");
    }
    if (cursor.next() == ValueType.MAP) {
      map(cursor, "", 0);
      if (!cursor.atEnd()) {
        throw cursor.malformed("the map of weights ends here, but the file does not");
      }
    } else {
      while (!cursor.atEnd()) {
        pair(cursor);
      }
    }
    keepParameters();
    if (tensors.isEmpty()) {
      throw new MalformedFileException(path, "there is no array in it");
    }
  }

  private void pair(MessageCursor cursor) {
    int fields = cursor.list();
    if (fields != 2) {
      throw cursor.malformed(
          "a list of %d lies where a name and its value were wanted".formatted(fields));
    }
    int parts = cursor.list();
    if (parts > DEEPEST) {
      throw cursor.malformed("a name has %d parts, wanted at most %d".formatted(parts, DEEPEST));
    }
    List<String> name = new ArrayList<>();
    for (int i = 0; i < parts; i++) {
      name.add(cursor.text());
    }
    MessageCursor value = cursor.binary();
    value(value, String.join(".", name), 0);
    if (!value.atEnd()) {
      throw value.malformed(String.join(".", name) + " ends here, but its bytes do not");
    }
  }

  private void map(MessageCursor cursor, String prefix, int depth) {
    if (depth > DEEPEST) {
      throw cursor.malformed("maps are nested deeper than " + DEEPEST);
    }
    int entries = cursor.map();
    for (int i = 0; i < entries; i++) {
      String key = cursor.text();
      if (i == 0 && key.equals(FlaxChunks.MARK)) {
        add(FlaxChunks.read(prefix, cursor, entries, path, budget), cursor);
        return;
      }
      value(cursor, prefix.isEmpty() ? key : prefix + "." + key, depth + 1);
    }
  }

  private void value(MessageCursor cursor, String name, int depth) {
    if (++values > MOST_VALUES) {
      throw cursor.malformed("there are more than " + MOST_VALUES + " values");
    }
    if (cursor.next() == ValueType.MAP) {
      map(cursor, name, depth);
      return;
    }
    if (!FlaxArray.isNext(cursor)) {
      cursor.skipPlain();
      left.add(name);
      return;
    }
    MessageCursor.Extension extension = cursor.extension();
    if (extension.type() != ARRAY) {
      left.add(name);
      return;
    }
    add(FlaxArray.read(name, extension.content(), path), cursor);
  }

  private void add(SourceTensor tensor, MessageCursor cursor) {
    budget.chargeText(path, "names and extents", 512 + 2L * tensor.name().length());
    if (!names.add(tensor.name())) {
      throw cursor.malformed("array " + tensor.name() + " is there twice");
    }
    tensors.add(tensor);
  }

  private void keepParameters() {
    if (tensors.stream().noneMatch(one -> one.name().startsWith(PARAMS))) {
      return;
    }
    List<SourceTensor> kept = new ArrayList<>();
    for (SourceTensor tensor : tensors) {
      if (tensor.name().startsWith(PARAMS)) {
        String once = tensor.name().substring(PARAMS.length());
        String name = once.startsWith(PARAMS) ? once.substring(PARAMS.length()) : once;
        kept.add(
            new SourceTensor(name, tensor.dtype(), tensor.shape(), tensor.data(), tensor.file()));
      } else {
        left.add(tensor.name());
      }
    }
    tensors.clear();
    tensors.addAll(kept);
    names.clear();
    for (SourceTensor tensor : kept) {
      if (!names.add(tensor.name())) {
        throw new MalformedFileException(
            path, "array " + tensor.name() + " is there twice, with params. before it and without");
      }
    }
  }

  List<SourceTensor> tensors() {
    return tensors;
  }

  /// What was left out.
  List<String> notes() {
    return left.isEmpty()
        ? List.of()
        : List.of(
            "%s: %d values that are no weights were left out, such as %s"
                .formatted(path, left.size(), left.getFirst()));
  }
}
