package dev.quern.formats.pytorch;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.pytorch.Pickled.Large;
import dev.quern.formats.pytorch.Pickled.Sequence;
import dev.quern.formats.pytorch.Pickled.Text;
import dev.quern.formats.pytorch.Pickled.Whole;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What `torch.save` wrote from 0.1.10 to 1.5, and still writes when asked for: pickles one after
/// another, then the storages.
final class SequenceContainer {
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final int PROTOCOL = 1001;

  private final Path file;
  private final MemorySegment bytes;
  private final HeapBudget budget;
  private final Map<String, TorchStorage> storages = new HashMap<>();
  private final Map<String, TorchStorage> parts = new HashMap<>();
  private final List<Part> unattached = new ArrayList<>();
  private long position;

  private record Part(TorchStorage part, TorchStorage whole, long offset) {}

  private SequenceContainer(Path file, MemorySegment bytes, HeapBudget budget) {
    this.file = file;
    this.bytes = bytes;
    this.budget = budget;
  }

  /// The objects of the file, whose storages have their bytes.
  static Pickled read(Path file, MemorySegment bytes, HeapBudget budget) {
    return new SequenceContainer(file, bytes, budget).read();
  }

  private Pickled read() {
    Pickled magic = next(PickleMachine.PersistentIds.NONE);
    if (!(magic instanceof Large(BigInteger number)) || !number.equals(MAGIC)) {
      throw new MalformedFileException(
          file,
          "the file begins with a pickle of %s, not with PyTorch's magic number: torch.save did not write it"
              .formatted(magic.kind()));
    }
    Pickled protocol = next(PickleMachine.PersistentIds.NONE);
    if (!(protocol instanceof Whole(long version)) || version != PROTOCOL) {
      throw new MalformedFileException(
          file, "the protocol of the file is " + protocol.kind() + ", known is 1001");
    }
    next(PickleMachine.PersistentIds.NONE); // facts of the machine
    Pickled root = next(this::storage);
    Pickled keys = next(PickleMachine.PersistentIds.NONE);
    if (!(keys instanceof Sequence list)) {
      throw new MalformedFileException(
          file, "the keys of the storages are " + keys.kind() + ", wanted a list");
    }
    attach(list.items());
    return root;
  }

  private Pickled next(PickleMachine.PersistentIds ids) {
    PickleInput in = new PickleInput(file, bytes, position, "");
    Pickled value = PickleMachine.run(in, budget, ids);
    position = in.position();
    return value;
  }

  private Pickled storage(Pickled id, PickleInput in) {
    StorageId found = StorageId.of(id, in);
    TorchStorage whole = storages.get(found.key());
    if (whole == null) {
      whole = found.storage(in);
      storages.put(found.key(), whole);
    } else {
      found.check(whole, in);
    }
    if (found.view().isEmpty()) {
      return new Pickled.Storage(whole);
    }
    StorageId.View view = found.view().get();
    TorchStorage part = parts.get(view.key());
    if (part == null) {
      part = new TorchStorage(view.key(), found.dtype(), view.size());
      parts.put(view.key(), part);
      unattached.add(new Part(part, whole, view.offset()));
    }
    return new Pickled.Storage(part);
  }

  private void attach(List<Pickled> keys) {
    Set<String> done = new HashSet<>();
    for (Pickled key : keys) {
      if (!(key instanceof Text(String name)) || !storages.containsKey(name)) {
        throw malformed("the key of a storage is " + key.kind() + ", which no tensor uses");
      }
      if (!done.add(name)) {
        throw malformed("storage " + name + " is listed twice");
      }
      attach(Objects.requireNonNull(storages.get(name)));
    }
    for (String name : storages.keySet()) {
      if (!done.contains(name)) {
        throw malformed("storage " + name + " is used by tensors, but the file does not have it");
      }
    }
    for (Part part : unattached) {
      part.part.attach(part.whole.bytes().asSlice(part.offset, part.part.size()), false);
    }
  }

  private void attach(TorchStorage storage) {
    long left = bytes.byteSize() - position;
    long wanted = 8 + storage.size();
    if (left < 8 || storage.size() > left - 8) {
      throw malformed(
          "storage %s wants %s bytes but only %d follow: the file is cut short, fetch it again"
              .formatted(storage.key(), Long.toUnsignedString(wanted), left));
    }
    long elements = bytes.get(Le.LONG, position);
    if (elements != storage.size() / (storage.dtype().bits() / 8)) {
      throw malformed(
          "storage %s begins with the number of its elements, %d, but its pickle says %d"
              .formatted(storage.key(), elements, storage.size() / (storage.dtype().bits() / 8)));
    }
    storage.attach(bytes.asSlice(position + 8, storage.size()), false);
    position += wanted;
  }

  private MalformedFileException malformed(String problem) {
    return new MalformedFileException(file, problem + " (at byte " + position + ")");
  }
}
