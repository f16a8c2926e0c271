package dev.quern.formats.safetensors;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import dev.quern.formats.shards.ShardedCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A model in several safetensors files, all mapped, each holding what the index says and nothing
/// else.
public final class ShardedSafetensors {
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private ShardedSafetensors() {}

  /// Opens the shards that the index at `path` lists.
  public static Checkpoint open(Path path) {
    return ShardedCheckpoint.open(path, ".safetensors", SafetensorsFile::open);
  }

  /// Writes `tensors` to `folder` as Hugging Face names them: `model.safetensors` if one file holds
  /// them all, else shards and, last, their index.
  ///
  /// @param most bytes of tensors in a file; a larger tensor has a file of its own
  /// @return the files of weights
  /// @throws UncheckedIOException if the disk refuses
  public static List<Path> write(Path folder, List<SourceTensor> tensors, long most) {
    List<List<SourceTensor>> shards = cut(tensors, most);
    List<Path> files = new ArrayList<>();
    Map<String, String> shardOf = new TreeMap<>();
    for (int i = 0; i < shards.size(); i++) {
      String name =
          shards.size() == 1
              ? "model.safetensors"
              : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      Path file = folder.resolve(name);
      SafetensorsWriter.write(file, METADATA, shards.get(i).stream().map(Entry::of).toList());
      files.add(file);
      shards.get(i).forEach(tensor -> shardOf.put(tensor.name(), name));
    }
    if (files.size() > 1) {
      long bytes = tensors.stream().mapToLong(SourceTensor::byteSize).sum();
      writeIndex(folder.resolve("model.safetensors.index.json"), shardOf, bytes);
    }
    return files;
  }

  private static List<List<SourceTensor>> cut(List<SourceTensor> tensors, long most) {
    List<List<SourceTensor>> shards = new ArrayList<>();
    List<SourceTensor> current = new ArrayList<>();
    long filled = 0;
    for (SourceTensor tensor : tensors) {
      if (!current.isEmpty() && tensor.byteSize() > most - filled) {
        shards.add(current);
        current = new ArrayList<>();
        filled = 0;
      }
      current.add(tensor);
      filled += tensor.byteSize();
    }
    shards.add(current);
    return shards;
  }

  private static void writeIndex(Path file, Map<String, String> shardOf, long bytes) {
    ObjectNode index = JsonNodeFactory.instance.objectNode();
    index.putObject("metadata").put("total_size", bytes);
    ObjectNode map = index.putObject("weight_map");
    shardOf.forEach(map::put);
    try {
      Files.writeString(file, index.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
