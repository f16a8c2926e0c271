package dev.quern.formats.pytorch;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.shards.ShardedCheckpoint;
import java.nio.file.Path;

/// A model in several PyTorch's files, all mapped, each holding what the index says and nothing
/// else.
public final class ShardedPyTorch {
  private ShardedPyTorch() {}

  /// Opens the shards that the index at `path` lists.
  public static Checkpoint open(Path path) {
    return ShardedCheckpoint.open(path, ".bin", PyTorchFile::open);
  }
}
