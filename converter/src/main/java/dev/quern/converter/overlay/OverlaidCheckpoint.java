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

/// A checkpoint over others, which it closes.
final class OverlaidCheckpoint implements Checkpoint {
  private final List<Checkpoint> below;
  private final List<SourceTensor> tensors;
  private final Map<String, SourceTensor> byName;
  private final List<String> notes = new ArrayList<>();

  /// @param below the checkpoints that it is computed from, the base first
  /// @param tensors what it has, in the order of the base
  /// @param notes of its own
  OverlaidCheckpoint(List<Checkpoint> below, List<SourceTensor> tensors, List<String> notes) {
    this.below = List.copyOf(below);
    this.tensors = List.copyOf(tensors);
    this.byName =
        tensors.stream()
            .collect(Collectors.toUnmodifiableMap(SourceTensor::name, Function.identity()));
    below.forEach(one -> this.notes.addAll(one.notes()));
    this.notes.addAll(notes);
  }

  /// The base's.
  @Override
  public Path path() {
    return below.getFirst().path();
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
    below.forEach(Checkpoint::close);
  }
}
