package dev.quern.formats;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// A model whose metadata and tensors are known.
public final class ListedView implements ModelView {
  private final String name;
  private final Map<String, MetadataValue> metadata;
  private final SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
  private final List<String> notes;
  private final Runnable closing;

  /// A view of these tensors, with nothing to note.
  ///
  /// @param name what messages call it
  /// @param metadata in the order of the file; borrowed
  /// @param tensors in the order of the file
  /// @param closing closes what the tensors lie in, if that is the view's
  public ListedView(
      String name,
      Map<String, MetadataValue> metadata,
      Collection<TensorData> tensors,
      Runnable closing) {
    this(name, metadata, tensors, List.of(), closing);
  }

  /// A view of these tensors.
  ///
  /// @param name what messages call it
  /// @param metadata in the order of the file; borrowed
  /// @param tensors in the order of the file
  /// @param notes see [#notes]
  /// @param closing closes what the tensors lie in, if that is the view's
  public ListedView(
      String name,
      Map<String, MetadataValue> metadata,
      Collection<TensorData> tensors,
      List<String> notes,
      Runnable closing) {
    this.name = name;
    this.metadata = metadata;
    tensors.forEach(data -> this.tensors.put(data.info().name(), data));
    this.notes = List.copyOf(notes);
    this.closing = closing;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Map<String, MetadataValue> metadata() {
    return metadata;
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors.values().stream().map(TensorData::info).toList();
  }

  @Override
  public Optional<TensorData> tensor(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
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
