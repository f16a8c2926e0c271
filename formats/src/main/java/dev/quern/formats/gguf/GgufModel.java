package dev.quern.formats.gguf;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.io.HeapBudget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A model in one GGUF file or in several parts, all mapped and checked: the metadata of the first
/// part, the tensors of all of them in the order of the parts.
public final class GgufModel implements ModelView {
  private final List<GgufFile> parts;
  private final Map<String, GgufFile> owners = new HashMap<>();

  private GgufModel(List<GgufFile> parts) {
    this.parts = List.copyOf(parts);
    for (GgufFile part : parts) {
      for (TensorInfo info : part.tensors()) {
        GgufFile before = owners.put(info.name(), part);
        if (before != null) {
          throw new MalformedFileException(
              part.path(), "tensor " + info.name() + " is in " + before.path() + " already");
        }
      }
    }
  }

  /// Maps the model whose only file or first part is `path`; the other parts are looked for beside
  /// it.
  ///
  /// @throws MalformedFileException if a file is damaged, `path` is a later part, a part is missing
  ///   or is of another model, or the parts do not have the tensors that the first one promises
  public static GgufModel open(Path path) {
    HeapBudget budget = HeapBudget.ofThisJvm();
    List<GgufFile> parts = new ArrayList<>();
    try {
      parts.add(GgufFile.open(path, budget));
      int count = partCount(parts.getFirst());
      if (count > 1) {
        openOthers(parts, count, budget);
      }
      return new GgufModel(parts);
    } catch (RuntimeException e) {
      parts.forEach(GgufFile::close);
      throw e;
    }
  }

  private static int partCount(GgufFile first) {
    OptionalLong count = Metadata.of(first).optionalInteger(SplitKeys.COUNT);
    if (count.isEmpty() || count.getAsLong() == 0) {
      return 1;
    }
    if (count.getAsLong() < 0 || count.getAsLong() > SplitName.MOST_PARTS) {
      throw new MalformedFileException(
          first.path(),
          SplitKeys.COUNT + " is " + count.getAsLong() + ", wanted 0 to " + SplitName.MOST_PARTS);
    }
    return (int) count.getAsLong();
  }

  private static void openOthers(List<GgufFile> parts, int count, HeapBudget budget) {
    GgufFile first = parts.getFirst();
    SplitName name = name(first, count);
    long no = Metadata.of(first).integer(SplitKeys.NO);
    if (no != 0) {
      throw new MalformedFileException(
          first.path(),
          "part %d of %d; open the first, %s".formatted(no + 1, count, name.at(1).path()));
    }
    if (name.number() != 1) {
      throw new MalformedFileException(
          first.path(),
          "named as part %d, but it is the first of %d".formatted(name.number(), count));
    }
    for (int number = 2; number <= count; number++) {
      Path path = name.at(number).path();
      if (!Files.exists(path)) {
        throw new MalformedFileException(
            first.path(), "part %d of %d is missing: %s".formatted(number, count, path));
      }
      GgufFile part = GgufFile.open(path, budget);
      parts.add(part);
      expect(part, SplitKeys.NO, number - 1);
      expect(part, SplitKeys.COUNT, count);
    }
    checkTensors(parts);
  }

  private static SplitName name(GgufFile first, int count) {
    return SplitName.of(first.path())
        .filter(name -> name.count() == count)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    first.path(),
                    "one of %d parts, so its name must be NAME-00001-of-%05d.gguf for the others to be found"
                        .formatted(count, count)));
  }

  private static void expect(GgufFile part, String key, long wanted) {
    long found = Metadata.of(part).integer(key);
    if (found != wanted) {
      throw new MalformedFileException(
          part.path(),
          key + " is " + found + ", wanted " + wanted + ": not the part its name says");
    }
  }

  private static void checkTensors(List<GgufFile> parts) {
    GgufFile first = parts.getFirst();
    long promised = Metadata.of(first).integer(SplitKeys.TENSORS);
    long found = parts.stream().mapToLong(part -> part.tensors().size()).sum();
    if (found != promised) {
      throw new MalformedFileException(
          first.path(),
          "%s is %d, but its %d parts have %d tensors"
              .formatted(SplitKeys.TENSORS, promised, parts.size(), found));
    }
  }

  /// The files in their order, one for a model that is not split; they are closed with it.
  public List<GgufFile> parts() {
    return parts;
  }

  /// True if the model lies in several files.
  public boolean isSplit() {
    return parts.size() > 1;
  }

  /// The file, or the first part.
  public Path path() {
    return parts.getFirst().path();
  }

  /// Bytes of all files.
  public long size() {
    return parts.stream().mapToLong(GgufFile::size).sum();
  }

  @Override
  public String name() {
    return parts.getFirst().name();
  }

  @Override
  public Map<String, MetadataValue> metadata() {
    return parts.getFirst().metadata();
  }

  @Override
  public List<TensorInfo> tensors() {
    return parts.stream().flatMap(part -> part.tensors().stream()).toList();
  }

  @Override
  public Optional<TensorData> tensor(String tensor) {
    return Optional.ofNullable(owners.get(tensor)).flatMap(part -> part.tensor(tensor));
  }

  @Override
  public void close() {
    parts.forEach(GgufFile::close);
  }
}
