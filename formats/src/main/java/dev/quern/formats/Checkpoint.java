package dev.quern.formats;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The tensors of a published model, whatever container they came in.
///
/// A container is one package whose reader implements this, and one line where it is recognized.
public interface Checkpoint extends AutoCloseable {
  /// The file, or the index of several, that was opened.
  Path path();

  /// Every tensor, in the order in which the container's own library lists them, which is the order
  /// that a fresh conversion keeps: for safetensors, shards by name, then tensors by name. No name
  /// occurs twice.
  List<SourceTensor> tensors();

  /// The tensor called `name`, if there is one.
  Optional<SourceTensor> tensor(String name);

  /// What a user should know of how the tensors were found, a line each: a wrapper that was stepped
  /// into, a prefix that was dropped, what was left out.
  default List<String> notes() {
    return List.of();
  }

  /// Unmaps the files: no segment of them may be used afterwards.
  @Override
  void close();
}
