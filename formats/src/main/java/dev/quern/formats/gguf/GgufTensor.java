package dev.quern.formats.gguf;

import dev.quern.formats.TensorInfo;

/// A line of the tensor table.
///
/// @param info name, type and shape
/// @param offset where its weights begin, in bytes from the start of the file
public record GgufTensor(TensorInfo info, long offset) {
  /// Where its weights end.
  public long end() {
    return offset + info.bytes();
  }
}
