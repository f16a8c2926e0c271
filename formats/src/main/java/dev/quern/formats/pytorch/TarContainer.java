package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.pytorch.Pickled.Large;
import dev.quern.formats.pytorch.Pickled.Sequence;
import dev.quern.formats.pytorch.Pickled.StorageType;
import dev.quern.formats.pytorch.Pickled.Text;
import dev.quern.formats.pytorch.Pickled.Tuple;
import dev.quern.formats.pytorch.Pickled.Whole;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `torch.save` wrote before 0.1.10: a tar archive of storages, tensors and objects.
final class TarContainer {
  private final Path file;
  private final TarArchive archive;
  private final HeapBudget budget;
  private final Map<String, Pickled> objects = new HashMap<>();

  private TarContainer(Path file, TarArchive archive, HeapBudget budget) {
    this.file = file;
    this.archive = archive;
    this.budget = budget;
  }

  /// The objects of the file, whose storages have their bytes.
  static Pickled read(Path file, MemorySegment bytes, HeapBudget budget) {
    TarContainer container = new TarContainer(file, new TarArchive(file, bytes, budget), budget);
    container.readStorages();
    container.readTensors();
    return container.new Member("pickle").next(container::find);
  }

  /// A walk over a member of the archive: pickles, and numbers between them.
  private final class Member {
    private final String name;
    private final MemorySegment bytes;
    private PickleInput in;

    Member(String name) {
      this.name = name;
      this.bytes = archive.member(name);
      this.in = new PickleInput(file, bytes, 0, name);
    }

    Pickled next(PickleMachine.PersistentIds ids) {
      in = new PickleInput(file, bytes, in.position(), name);
      return PickleMachine.run(in, budget, ids);
    }

    Pickled next() {
      return next(PickleMachine.PersistentIds.NONE);
    }

    long count(String what) {
      if (next() instanceof Whole(long count) && count >= 0) {
        return count;
      }
      throw in.malformed("the number of " + what + " is no whole number");
    }

    MemorySegment skip(long size) {
      long from = in.position();
      if (size > bytes.byteSize() - from) {
        throw in.malformed(
            "a storage wants %d bytes but only %d follow".formatted(size, bytes.byteSize() - from));
      }
      in = new PickleInput(file, bytes, from + size, name);
      return bytes.asSlice(from, size);
    }
  }

  private void readStorages() {
    Member member = new Member("storages");
    long count = member.count("storages");
    for (long i = 0; i < count; i++) {
      Pickled head = member.next();
      if (!(head instanceof Tuple(List<Pickled> items))
          || items.size() != 3
          || !(items.get(2) instanceof StorageType(DType dtype))) {
        throw member.in.malformed("a storage is " + head.kind() + ", wanted (key, place, type)");
      }
      String key = key(items.getFirst(), member.in);
      long elements = member.in.int64();
      if (elements < 0 || elements > Long.MAX_VALUE / 8) {
        throw member.in.malformed("storage " + key + " would have " + elements + " elements");
      }
      TorchStorage storage = new TorchStorage(key, dtype, dtype.bytes(elements));
      storage.attach(member.skip(storage.size()), false);
      put(key, new Pickled.Storage(storage), member.in);
    }
    readParts(member);
  }

  private void readParts(Member member) {
    if (!(member.next() instanceof Sequence list)) {
      throw member.in.malformed("the parts of storages are no list");
    }
    for (Pickled item : list.items()) {
      if (!(item instanceof Tuple(List<Pickled> items)) || items.size() != 4) {
        throw member.in.malformed(
            "a part of a storage is " + item.kind() + ", wanted (key, whole, offset, elements)");
      }
      TorchStorage whole = storage(key(items.get(1), member.in), member.in);
      long width = whole.dtype().bits() / 8;
      long most = whole.size() / width;
      if (!(items.get(2) instanceof Whole(long offset))
          || !(items.get(3) instanceof Whole(long elements))
          || offset < 0
          || offset > most
          || elements < 0
          || elements > most - offset) {
        throw member.in.malformed(
            "a part of storage %s goes beyond its %d elements".formatted(whole.key(), most));
      }
      String key = key(items.getFirst(), member.in);
      TorchStorage part = new TorchStorage(key, whole.dtype(), elements * width);
      part.attach(whole.bytes().asSlice(offset * width, elements * width), false);
      put(key, new Pickled.Storage(part), member.in);
    }
  }

  private void readTensors() {
    Member member = new Member("tensors");
    long count = member.count("tensors");
    for (long i = 0; i < count; i++) {
      Pickled head = member.next();
      if (!(head instanceof Tuple(List<Pickled> items)) || items.size() != 3) {
        throw member.in.malformed("a tensor is " + head.kind() + ", wanted (key, storage, type)");
      }
      TorchStorage storage =
          items.get(1) instanceof Pickled.None
              ? empty()
              : storage(key(items.get(1), member.in), member.in);
      TensorView view = view(storage, member.in);
      put(key(items.getFirst(), member.in), new Pickled.Tensor(view), member.in);
    }
  }

  private static TensorView view(TorchStorage storage, PickleInput in) {
    int rank = in.int32();
    in.int32(); // the upper half of what was once written as 8 bytes
    if (rank < 0 || rank > TensorView.MOST_EXTENTS) {
      throw in.malformed("a tensor has " + rank + " extents, wanted at most 64");
    }
    List<Long> extents = numbers(rank, in);
    List<Long> strides = numbers(rank, in);
    TensorView view = new TensorView(storage, storage.dtype(), in.int64(), extents, strides);
    Optional<String> problem = view.problem();
    if (problem.isPresent()) {
      throw in.malformed(problem.get());
    }
    return view;
  }

  private static TorchStorage empty() {
    TorchStorage storage = new TorchStorage("of nothing", DType.F32, 0);
    storage.attach(MemorySegment.ofArray(new byte[0]), false);
    return storage;
  }

  private static List<Long> numbers(int count, PickleInput in) {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      numbers.add(in.int64());
    }
    return numbers;
  }

  private void put(String key, Pickled object, PickleInput in) {
    budget.charge(file, "table of tensors", 200);
    if (objects.put(key, object) != null) {
      throw in.malformed("two objects have the key " + key);
    }
  }

  private static String key(Pickled key, PickleInput in) {
    return switch (key) {
      case Whole(long number) -> Long.toString(number);
      case Large(BigInteger number) -> number.toString();
      case Text(String text) when text.length() <= 100 -> text;
      default -> throw in.malformed("a key is " + key.kind() + ", wanted a number");
    };
  }

  private TorchStorage storage(String key, PickleInput in) {
    if (objects.get(key) instanceof Pickled.Storage(TorchStorage storage)) {
      return storage;
    }
    throw in.malformed("there is no storage " + key);
  }

  private Pickled find(Pickled id, PickleInput in) {
    Pickled found = objects.get(key(id, in));
    if (found == null) {
      throw in.malformed("there is no tensor " + key(id, in));
    }
    return found;
  }
}
