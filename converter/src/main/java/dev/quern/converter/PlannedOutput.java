package dev.quern.converter;

import dev.quern.formats.gguf.GgufLayout;
import dev.quern.quantizers.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;

/// Everything about one output file, before one weight is read.
///
/// @param path where it will be
/// @param recipe which types were asked for
/// @param layout metadata, header and offsets
/// @param tensors in the order of the file
/// @param unmatched overrides that no tensor matched
public record PlannedOutput(
    Path path,
    Recipe recipe,
    GgufLayout layout,
    List<PlannedTensor> tensors,
    List<String> unmatched) {
  public PlannedOutput {
    tensors = List.copyOf(tensors);
    unmatched = List.copyOf(unmatched);
  }

  /// Bytes of the file.
  public long size() {
    return layout.fileSize();
  }

  /// Number of weights.
  public long weights() {
    return tensors.stream().mapToLong(tensor -> tensor.info().shape().elements()).sum();
  }

  /// Bits of tensor data per weight.
  public double bitsPerWeight() {
    long bytes = tensors.stream().mapToLong(tensor -> tensor.info().bytes()).sum();
    return 8.0 * bytes / weights();
  }

  /// The tensors whose rows are no whole number of blocks of the type that the recipe wanted.
  public List<PlannedTensor> fallbacks() {
    return tensors.stream().filter(PlannedTensor::isFallback).toList();
  }
}
