package dev.quern.formats;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A model as the engine sees it: GGUF metadata, and tensors by name with type, shape and readable
/// rows.
///
/// A GGUF file is one. The converter offers an unquantized plan as another, whose untouched tensors
/// are mapped in place and whose transformed ones are computed on read, so that a source checkpoint
/// runs without being written.
public interface ModelView extends AutoCloseable {
  /// What messages call this model: a file or folder.
  String name();

  /// Metadata in the order of the file.
  Map<String, MetadataValue> metadata();

  /// Every tensor, in the order of the file.
  List<TensorInfo> tensors();

  /// The tensor called `name`, if the model has one.
  Optional<TensorData> tensor(String name);

  /// What a user should know of how the model was read, a line each: what its file does not say and
  /// was concluded.
  default List<String> notes() {
    return List.of();
  }

  /// Unmaps what the view has mapped: no segment of it may be used afterwards.
  @Override
  void close();
}
