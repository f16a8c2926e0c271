package dev.quern.formats.safetensors;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.shards.ShardedCheckpoint;
import java.nio.file.Path;

/// A model in several safetensors files, all mapped, each holding what the index says and nothing
/// else.
public final class ShardedSafetensors {
  private ShardedSafetensors() {}

  /// Opens the shards that the index at `path` lists.
  public static Checkpoint open(Path path) {
    return ShardedCheckpoint.open(path, ".safetensors", SafetensorsFile::open);
  }
}
