package dev.quern.formats.safetensors;

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

/// A model in several safetensors files, all mapped, each holding what the index says and nothing
/// else.
public final class ShardedSafetensors implements Checkpoint {
  private final Path path;
  private final List<SafetensorsFile> shards = new ArrayList<>();
  private final List<SourceTensor> tensors = new ArrayList<>();
  private final Map<String, SourceTensor> byName = new HashMap<>();

  private ShardedSafetensors(Path path) {
    this.path = path;
  }

  /// Opens the shards that the index at `path` lists.
  public static ShardedSafetensors open(Path path) {
    HeapBudget budget = HeapBudget.ofThisJvm();
    SafetensorsIndex index = SafetensorsIndex.read(path, budget);
    ShardedSafetensors model = new ShardedSafetensors(path);
    try {
      for (String shard : index.shards()) {
        model.add(index, shard, budget);
      }
      model.checkComplete(index);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private void add(SafetensorsIndex index, String name, HeapBudget budget) {
    Path file = path.resolveSibling(name);
    if (!Files.isRegularFile(file)) {
      throw new MalformedFileException(
          path, "shard " + name + " is not there: fetch it into the folder of the index");
    }
    SafetensorsFile shard = SafetensorsFile.open(file, budget);
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

  private void checkComplete(SafetensorsIndex index) {
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
  public void close() {
    shards.forEach(SafetensorsFile::close);
  }
}
