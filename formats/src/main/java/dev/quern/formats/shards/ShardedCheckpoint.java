package dev.quern.formats.shards;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/// A model in several files, all mapped, each holding what the index says and nothing else.
public final class ShardedCheckpoint implements Checkpoint {
  private final Path path;
  private final List<Checkpoint> shards = new ArrayList<>();
  private final List<SourceTensor> tensors = new ArrayList<>();
  private final Map<String, SourceTensor> byName = new HashMap<>();

  private ShardedCheckpoint(Path path) {
    this.path = path;
  }

  /// Opens the shards that the index at `path` lists.
  ///
  /// @param suffix how the names of shards end
  /// @param opener opens a shard
  public static ShardedCheckpoint open(
      Path path, String suffix, BiFunction<Path, HeapBudget, Checkpoint> opener) {
    return open(path, suffix, opener, Files::isRegularFile);
  }

  /// As above.
  ///
  /// @param exists true of the shards that are there
  public static ShardedCheckpoint open(
      Path path,
      String suffix,
      BiFunction<Path, HeapBudget, Checkpoint> opener,
      Predicate<Path> exists) {
    HeapBudget budget = HeapBudget.ofThisJvm();
    ShardIndex index = ShardIndex.read(path, suffix, budget);
    ShardedCheckpoint model = new ShardedCheckpoint(path);
    try {
      for (String shard : index.shards()) {
        model.add(index, shard, opener.apply(model.existing(shard, exists), budget));
      }
      model.checkComplete(index);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private Path existing(String name, Predicate<Path> exists) {
    Path file = path.resolveSibling(name);
    if (!exists.test(file)) {
      throw new MalformedFileException(
          path, "shard " + name + " is not there: fetch it into the folder of the index");
    }
    return file;
  }

  private void add(ShardIndex index, String name, Checkpoint shard) {
    shards.add(shard);
    for (SourceTensor tensor : shard.tensors()) {
      SourceTensor before = byName.put(tensor.name(), tensor);
      if (before != null) {
        throw new MalformedFileException(
            path,
            "tensor "
                + tensor.name()
                + " is in two shards, "
                + before.file().getFileName()
                + " and "
                + name);
      }
      String listed = index.shardOf().get(tensor.name());
      if (!name.equals(listed)) {
        String where = listed == null ? "the index does not list it" : "the index says " + listed;
        throw new MalformedFileException(
            path, "tensor " + tensor.name() + " is in shard " + name + " but " + where);
      }
      tensors.add(tensor);
    }
  }

  private void checkComplete(ShardIndex index) {
    index
        .shardOf()
        .forEach(
            (name, shard) -> {
              if (!byName.containsKey(name)) {
                throw new MalformedFileException(
                    path, "tensor " + name + " should be in shard " + shard + " but is not");
              }
            });
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public List<SourceTensor> tensors() {
    return List.copyOf(tensors);
  }

  @Override
  public Optional<SourceTensor> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public List<String> notes() {
    return shards.stream().flatMap(shard -> shard.notes().stream()).toList();
  }

  @Override
  public void close() {
    shards.forEach(Checkpoint::close);
  }
}
