package dev.quern.converter.overlay;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A checkpoint over another, which it closes.
final class OverlaidCheckpoint implements Checkpoint {
  private final Checkpoint base;
  private final Runnable closing;
  private final List<SourceTensor> tensors;
  private final Map<String, SourceTensor> byName;
  private final List<String> notes = new ArrayList<>();

  /// @param base what it lies over
  /// @param tensors what it has, in the order of the base
  /// @param notes its own, after those of the base
  /// @param closing closes what was added
  OverlaidCheckpoint(
      Checkpoint base, List<SourceTensor> tensors, List<String> notes, Runnable closing) {
    this.base = base;
    this.closing = closing;
    this.tensors = List.copyOf(tensors);
    this.byName =
        tensors.stream()
            .collect(Collectors.toUnmodifiableMap(SourceTensor::name, Function.identity()));
    this.notes.addAll(base.notes());
    this.notes.addAll(notes);
  }

  /// The base's.
  @Override
  public Path path() {
    return base.path();
  }

  @Override
  public List<SourceTensor> tensors() {
    return tensors;
  }

  @Override
  public Optional<SourceTensor> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public List<String> notes() {
    return List.copyOf(notes);
  }

  @Override
  public void close() {
    base.close();
    closing.run();
  }
}
