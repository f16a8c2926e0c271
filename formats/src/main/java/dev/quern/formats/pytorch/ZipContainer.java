package dev.quern.formats.pytorch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.pytorch.ZipArchive.Entry;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What `torch.save` has written since 1.6: a zip archive.
final class ZipContainer {
  private static final String PICKLE = "/data.pkl";

  private final Path file;
  private final ZipArchive archive;
  private final HeapBudget budget;
  private final String folder;
  private final boolean bigEndian;
  private final Map<String, TorchStorage> storages = new HashMap<>();

  private ZipContainer(Path file, ZipArchive archive, HeapBudget budget) {
    this.file = file;
    this.archive = archive;
    this.budget = budget;
    this.folder = folder();
    this.bigEndian = readByteOrder();
  }

  /// The objects of the file, whose storages have their bytes.
  static Pickled read(Path file, MemorySegment bytes, HeapBudget budget) {
    return new ZipContainer(file, new ZipArchive(file, bytes, budget), budget).read();
  }

  /// The one folder that has a `data.pkl`.
  private String folder() {
    List<String> folders =
        archive.names().stream()
            .filter(name -> name.endsWith(PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
            .map(name -> name.substring(0, name.length() - PICKLE.length()))
            .toList();
    if (folders.size() != 1) {
      throw new MalformedFileException(
          file,
          "the archive has %d folders with a data.pkl, a file of PyTorch's has one"
              .formatted(folders.size()));
    }
    String found = folders.getFirst();
    if (archive.entry(found + "/constants.pkl").isPresent()) {
      throw new MalformedFileException(
          file, "the archive holds a TorchScript program, wanted weights: save its state dict");
    }
    return found;
  }

  private boolean readByteOrder() {
    Optional<Entry> entry = archive.entry(folder + "/byteorder");
    if (entry.isEmpty()) {
      return false;
    }
    MemorySegment content = archive.checkedContent(entry.get());
    long shown = Math.min(content.byteSize(), 20);
    String order = new String(content.asSlice(0, shown).toArray(Le.BYTE), ISO_8859_1);
    if (!order.equals("little") && !order.equals("big")) {
      throw new MalformedFileException(
          file, entry.get().name() + " says \"" + order + "\", wanted little or big");
    }
    return order.equals("big");
  }

  private Pickled read() {
    Entry entry = archive.entry(folder + PICKLE).orElseThrow();
    MemorySegment pickle = archive.checkedContent(entry);
    return PickleMachine.run(new PickleInput(file, pickle, 0, entry.name()), budget, this::storage);
  }

  private Pickled storage(Pickled id, PickleInput in) {
    StorageId found = StorageId.of(id, in);
    TorchStorage known = storages.get(found.key());
    if (known == null) {
      known = found.storage(in);
      storages.put(found.key(), known);
      attach(known, in);
    } else {
      found.check(known, in);
    }
    return new Pickled.Storage(known);
  }

  private void attach(TorchStorage storage, PickleInput in) {
    String name = folder + "/data/" + storage.key();
    Entry entry =
        archive
            .entry(name)
            .orElseThrow(() -> in.malformed("a storage has no entry " + name + " in the archive"));
    if (entry.size() != storage.size()) {
      throw in.malformed(
          "a storage has %d bytes, but entry %s has %d"
              .formatted(storage.size(), name, entry.size()));
    }
    storage.attach(archive.content(entry), bigEndian);
  }
}
