package dev.quern.converter;

import dev.quern.formats.gguf.GgufLayout;
import dev.quern.quantizers.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;

/// Everything about one output, before one weight is read.
///
/// @param recipe which types were asked for
/// @param parts its files, mostly one
/// @param unmatched overrides that no tensor matched
public record PlannedOutput(Recipe recipe, List<PlannedPart> parts, List<String> unmatched) {
  public PlannedOutput {
    parts = List.copyOf(parts);
    unmatched = List.copyOf(unmatched);
  }

  /// The file, or the first part.
  public Path path() {
    return parts.getFirst().path();
  }

  /// All files.
  public List<Path> paths() {
    return parts.stream().map(PlannedPart::path).toList();
  }

  /// Metadata, header and offsets of the file or the first part.
  public GgufLayout layout() {
    return parts.getFirst().layout();
  }

  /// The tensors of all parts, in their order.
  public List<PlannedTensor> tensors() {
    return parts.stream().flatMap(part -> part.tensors().stream()).toList();
  }

  /// Bytes of all files.
  public long size() {
    return parts.stream().mapToLong(PlannedPart::size).sum();
  }

  /// Number of weights.
  public long weights() {
    return tensors().stream().mapToLong(tensor -> tensor.info().shape().elements()).sum();
  }

  /// Bits of tensor data per weight.
  public double bitsPerWeight() {
    long bytes = tensors().stream().mapToLong(tensor -> tensor.info().bytes()).sum();
    return 8.0 * bytes / weights();
  }

  /// The tensors whose rows are no whole number of blocks of the type that the recipe wanted.
  public List<PlannedTensor> fallbacks() {
    return tensors().stream().filter(PlannedTensor::isFallback).toList();
  }
}
