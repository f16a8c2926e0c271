package dev.quern.formats;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A checkpoint whose tensors are known: what most containers become once their headers are read.
public final class ListedCheckpoint implements Checkpoint {
  private final Path path;
  private final List<SourceTensor> tensors;
  private final Map<String, SourceTensor> byName;
  private final List<String> notes;
  private final Runnable closing;

  /// A checkpoint of these tensors.
  ///
  /// @param path what it is called
  /// @param tensors in the order of the container; no name occurs twice
  /// @param closing closes what the tensors lie in
  public ListedCheckpoint(
      Path path, List<SourceTensor> tensors, List<String> notes, Runnable closing) {
    this.path = path;
    this.tensors = List.copyOf(tensors);
    this.byName =
        tensors.stream()
            .collect(Collectors.toUnmodifiableMap(SourceTensor::name, Function.identity()));
    this.notes = List.copyOf(notes);
    this.closing = closing;
  }

  /// A checkpoint whose tensors are made of those of `base`, which it is called after and closes.
  ///
  /// @param tensors what it has, in the order of the base; no name occurs twice
  /// @param notes its own, after those of the base
  /// @param closing closes what else it is made of, after the base
  public static ListedCheckpoint over(
      Checkpoint base, List<SourceTensor> tensors, List<String> notes, Runnable closing) {
    return new ListedCheckpoint(
        base.path(),
        tensors,
        Stream.concat(base.notes().stream(), notes.stream()).toList(),
        () -> {
          base.close();
          closing.run();
        });
  }

  @Override
  public Path path() {
    return path;
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
    return notes;
  }

  @Override
  public void close() {
    closing.run();
  }
}
