package dev.quern.formats.flax;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MappedFile;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A file of weights of Flax's or EasyLM's, mapped and checked; see the package documentation.
public final class FlaxFile implements Checkpoint {
  private final Path path;
  private final Runnable unmap;
  private final List<SourceTensor> tensors;
  private final Map<String, SourceTensor> byName;
  private final List<String> notes;

  private FlaxFile(Path path, FlaxTree tree, Runnable unmap) {
    this.path = path;
    this.unmap = unmap;
    this.tensors = List.copyOf(tree.tensors());
    this.notes = tree.notes();
    this.byName =
        tensors.stream()
            .collect(Collectors.toUnmodifiableMap(SourceTensor::name, Function.identity()));
  }

  /// True if the file `path` begins as one of EasyLM's, or its name ends in `.msgpack`.
  public static boolean isOne(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    if (String.valueOf(path.getFileName()).endsWith(".msgpack")) {
      return true;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] start = in.readNBytes(3);
      return start.length == 3 && FlaxTree.isPair(start[0]) && FlaxTree.isName(start[1], start[2]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Maps `path` and finds its arrays.
  public static FlaxFile open(Path path) {
    MappedFile mapped = MappedFile.open(path);
    try {
      FlaxTree tree = new FlaxTree(path, HeapBudget.ofThisJvm());
      tree.read(mapped.bytes());
      return new FlaxFile(path, tree, mapped::close);
    } catch (RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  /// Reads `bytes` as if they were the content of `path`; the bytes stay the caller's.
  static FlaxFile read(Path path, MemorySegment bytes, HeapBudget budget) {
    FlaxTree tree = new FlaxTree(path, budget);
    tree.read(bytes);
    return new FlaxFile(path, tree, () -> {});
  }

  @Override
  public Path path() {
    return path;
  }

  /// Every array, in the order of the file, its name's parts joined by dots.
  @Override
  public List<SourceTensor> tensors() {
    return tensors;
  }

  @Override
  public Optional<SourceTensor> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public List<String> notes() {
    return notes;
  }

  @Override
  public void close() {
    unmap.run();
  }
}
