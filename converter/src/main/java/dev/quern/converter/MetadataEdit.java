package dev.quern.converter;

import dev.quern.formats.MetadataOverride;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.formats.gguf.GgufTensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A change of a GGUF's metadata that leaves its tensors alone, planned: in place where the new
/// header fits, else into a new file.
public final class MetadataEdit implements AutoCloseable {
  private static final String ALIGNMENT = "general.alignment";
  private static final int COPIED = 1 << 24;

  private final GgufFile gguf;
  private final List<Change> changes;
  private final Map<String, MetadataValue> metadata;
  private final Optional<byte[]> inPlace;
  private final long headerBytes;

  private MetadataEdit(GgufFile gguf, List<MetadataOverride> set, List<String> removed) {
    this.gguf = gguf;
    Map<String, MetadataValue> edited = new LinkedHashMap<>(gguf.metadata());
    this.changes = change(edited, set, removed);
    edited.remove(HeaderRoom.FILLER);
    this.metadata = Collections.unmodifiableMap(edited);
    this.headerBytes = GgufLayout.headerBytes(edited, gguf.tensors());
    this.inPlace =
        new HeaderRoom(gguf.dataStart(), gguf.alignment())
            .fill(edited, gguf.tensors())
            .map(filled -> header(gguf, filled));
  }

  /// What setting and removing would do to `file`.
  ///
  /// @throws IllegalArgumentException if a key that shall be removed is not there, or is needed
  public static MetadataEdit plan(Path file, List<MetadataOverride> set, List<String> removed) {
    GgufFile gguf = GgufFile.open(file);
    try {
      return new MetadataEdit(gguf, set, removed);
    } catch (IllegalArgumentException e) {
      gguf.close();
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      gguf.close();
      throw e;
    }
  }

  /// Finishes an edit of `file` that was interrupted.
  ///
  /// @return true if there was one
  public static boolean finishInterrupted(Path file) {
    EditJournal journal = new EditJournal(file);
    if (!journal.isOpen()) {
      return false;
    }
    try {
      journal.finish();
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Change> change(
      Map<String, MetadataValue> edited, List<MetadataOverride> set, List<String> removed) {
    List<Change> changes = new ArrayList<>();
    for (String key : removed) {
      requireFree(key);
      MetadataValue before = edited.remove(key);
      if (before == null) {
        throw new IllegalArgumentException("there is no key " + key + " to remove");
      }
      changes.add(new Change(key, Optional.of(typed(before)), Optional.empty()));
    }
    for (MetadataOverride override : set) {
      requireFree(override.key());
      Optional<String> before =
          Optional.ofNullable(edited.get(override.key())).map(MetadataEdit::typed);
      override.put(edited);
      changes.add(new Change(override.key(), before, Optional.of(typed(override.value()))));
    }
    return changes;
  }

  private static String typed(MetadataValue value) {
    return value.display() + " (" + value.type() + ")";
  }

  private static void requireFree(String key) {
    if (key.equals(ALIGNMENT) || key.equals(HeaderRoom.FILLER)) {
      throw new IllegalArgumentException(
          key + " says where tensors lie in this file and cannot be edited");
    }
  }

  private static byte[] header(GgufFile gguf, Map<String, MetadataValue> filled) {
    GgufLayout layout =
        new GgufLayout(filled, gguf.table(), gguf.alignment(), gguf.dataStart(), gguf.size());
    return (byte[]) layout.header().heapBase().orElseThrow();
  }

  /// The file that is edited.
  public Path file() {
    return gguf.path();
  }

  /// What becomes different, in the order of the wishes.
  public List<Change> changes() {
    return List.copyOf(changes);
  }

  /// True if the new header fits in the place of the old one.
  public boolean fitsInPlace() {
    return inPlace.isPresent();
  }

  /// Bytes of the new header without padding.
  public long headerBytes() {
    return headerBytes;
  }

  /// Bytes before the tensors.
  public long room() {
    return gguf.dataStart();
  }

  /// Writes the new header over the old one; no other byte of the file changes. Interrupted, it
  /// leaves the old header, or is finished by the next edit.
  ///
  /// @throws IllegalStateException if it does not fit
  public void applyInPlace() {
    new EditJournal(gguf.path())
        .write(inPlace.orElseThrow(() -> new IllegalStateException("no room")));
  }

  /// The most bytes that a new file can keep for later edits.
  public static int mostReserve() {
    return HeaderRoom.most();
  }

  /// Writes a new file with the same tensors, which appears when it is whole.
  ///
  /// @param reserve bytes by which its metadata may grow in place later
  /// @return its size in bytes
  public long writeTo(Path target, int reserve) {
    GgufLayout layout = GgufLayout.of(HeaderRoom.reserve(metadata, reserve), gguf.tensors());
    try (PartialFile out = PartialFile.create(target, layout.fileSize())) {
      out.write(layout.header().asByteBuffer(), 0);
      for (GgufTensor tensor : layout.tensors()) {
        copy(tensor, out);
      }
      out.commit();
      return layout.fileSize();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void copy(GgufTensor tensor, PartialFile out) throws IOException {
    TensorInfo info = tensor.info();
    MemorySegment bytes = gguf.tensor(info.name()).flatMap(data -> data.mapped()).orElseThrow();
    for (long at = 0; at < bytes.byteSize(); at += COPIED) {
      long count = Math.min(COPIED, bytes.byteSize() - at);
      out.write(bytes.asSlice(at, count).asByteBuffer(), tensor.offset() + at);
    }
  }

  @Override
  public void close() {
    gguf.close();
  }

  /// A key that becomes different.
  ///
  /// @param key the key
  /// @param before its value and type as people read them, if it was there
  /// @param after the same for what it becomes, if it is not removed
  public record Change(String key, Optional<String> before, Optional<String> after) {}
}
