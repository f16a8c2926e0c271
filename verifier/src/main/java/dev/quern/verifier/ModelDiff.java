package dev.quern.verifier;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Two models held against each other, tensor by tensor and key by key.
///
/// @param metadata the keys that differ, in the order of the first model, then of the second
/// @param tensors every tensor, in the order of the first model, then of the second
public record ModelDiff(List<MetadataDifference> metadata, List<TensorDifference> tensors) {
  public ModelDiff {
    metadata = List.copyOf(metadata);
    tensors = List.copyOf(tensors);
  }

  /// Compares `second` with `first`. Memory is a few buffers per thread.
  ///
  /// @throws IllegalArgumentException if there are weights of a type that cannot be read
  public static ModelDiff between(
      ModelView first, ModelView second, int threads, Progress progress) {
    return new ModelDiff(
        metadata(first.metadata(), second.metadata()), tensors(first, second, threads, progress));
  }

  /// True if the models have the same metadata and the same tensors, byte for byte.
  public boolean isEmpty() {
    return metadata.isEmpty()
        && tensors.stream().allMatch(TensorDifference.Equal.class::isInstance);
  }

  /// True if the models have the same tensors, and none differs by more than `limit` in its
  /// relative error.
  public boolean isWithin(double limit) {
    return tensors.stream()
        .allMatch(
            one ->
                switch (one) {
                  case TensorDifference.Equal _ -> true;
                  case TensorDifference.Changed changed -> changed.relativeError() <= limit;
                  case TensorDifference.Reshaped _,
                      TensorDifference.OnlyInFirst _,
                      TensorDifference.OnlyInSecond _ ->
                      false;
                });
  }

  private static List<MetadataDifference> metadata(
      Map<String, MetadataValue> first, Map<String, MetadataValue> second) {
    Set<String> keys = new LinkedHashSet<>(first.keySet());
    keys.addAll(second.keySet());
    return keys.stream()
        .map(key -> new MetadataDifference(key, first.get(key), second.get(key)))
        .filter(one -> !one.first().equals(one.second()))
        .toList();
  }

  private static List<TensorDifference> tensors(
      ModelView first, ModelView second, int threads, Progress progress) {
    List<TensorDifference> all =
        new ArrayList<>(
            EachTensor.map(first, threads, progress, info -> tensor(first, second, info)));
    for (TensorInfo info : second.tensors()) {
      if (first.tensor(info.name()).isEmpty()) {
        all.add(new TensorDifference.OnlyInSecond(info));
      }
    }
    return all;
  }

  private static TensorDifference tensor(ModelView first, ModelView second, TensorInfo info) {
    TensorData left = first.tensor(info.name()).orElseThrow();
    Optional<TensorData> right = second.tensor(info.name());
    if (right.isEmpty()) {
      return new TensorDifference.OnlyInFirst(info);
    }
    return new TensorPair(left, right.get()).compare();
  }
}
