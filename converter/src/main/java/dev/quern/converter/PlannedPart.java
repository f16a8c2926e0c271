package dev.quern.converter;

import dev.quern.formats.gguf.GgufLayout;
import java.nio.file.Path;
import java.util.List;

/// One file of an output.
///
/// @param path where it will be
/// @param layout metadata, header and offsets
/// @param tensors in the order of the file
public record PlannedPart(Path path, GgufLayout layout, List<PlannedTensor> tensors) {
  public PlannedPart {
    tensors = List.copyOf(tensors);
  }

  /// Bytes of the file.
  public long size() {
    return layout.fileSize();
  }
}
