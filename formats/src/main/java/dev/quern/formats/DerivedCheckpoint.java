package dev.quern.formats;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A checkpoint whose tensors are made of those of another, which it closes.
public final class DerivedCheckpoint implements Checkpoint {
  private final Checkpoint base;
  private final Runnable closing;
  private final List<SourceTensor> tensors;
  private final Map<String, SourceTensor> byName;
  private final List<String> notes = new ArrayList<>();

  /// A checkpoint over `base`.
  ///
  /// @param base what it is made of
  /// @param tensors what it has, in the order of the base; no name occurs twice
  /// @param notes its own, after those of the base
  /// @param closing closes what else it is made of
  public DerivedCheckpoint(
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
