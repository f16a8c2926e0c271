package dev.quern.formats;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A model some of whose tensors are taken from another: the base's metadata and order, the
/// overlay's weights under the chosen names, with the scales that belong to them (`X.scale` and
/// `X.input_scale` to `X.weight`), if it has any.
///
/// It borrows both views and closes neither, so that many overlays can be made of the same two.
public final class OverlayView implements ModelView {
  private static final List<String> SCALES = List.of(".input_scale", ".scale");

  private final ModelView base;
  private final ModelView overlay;
  private final Set<String> names;
  private final List<TensorInfo> tensors;

  /// Takes the tensors called `names` from `overlay`, all others from `base`.
  ///
  /// @throws IllegalArgumentException if a name is missing from one of the two, or the shapes
  ///   differ
  public OverlayView(ModelView base, ModelView overlay, Set<String> names) {
    this.base = base;
    this.overlay = overlay;
    this.names = Set.copyOf(names);
    Map<String, TensorInfo> merged = new LinkedHashMap<>();
    base.tensors().stream()
        .filter(info -> !isScaleOfTaken(info.name()))
        .forEach(info -> merged.put(info.name(), info));
    for (TensorInfo info : overlay.tensors()) {
      if (isScaleOfTaken(info.name())) {
        merged.put(info.name(), info);
      } else if (names.contains(info.name())) {
        checkFits(merged.get(info.name()), info);
        merged.put(info.name(), info);
      }
    }
    for (String name : names) {
      if (overlay.tensor(name).isEmpty()) {
        throw new IllegalArgumentException(overlay.name() + " has no tensor " + name);
      }
    }
    this.tensors = List.copyOf(merged.values());
  }

  /// Takes every tensor that `overlay` has from there, all others from `base`.
  ///
  /// @throws IllegalArgumentException if `base` lacks one of them, or its shape differs
  public OverlayView(ModelView base, ModelView overlay) {
    this(
        base,
        overlay,
        overlay.tensors().stream().map(TensorInfo::name).collect(Collectors.toUnmodifiableSet()));
  }

  /// True for the scale of a weight that the overlay gives.
  private boolean isScaleOfTaken(String name) {
    for (String suffix : SCALES) {
      if (name.endsWith(suffix)) {
        String owner = name.substring(0, name.length() - suffix.length());
        return names.contains(owner + ".weight");
      }
    }
    return false;
  }

  private void checkFits(@Nullable TensorInfo below, TensorInfo info) {
    if (below == null) {
      throw new IllegalArgumentException(base.name() + " has no tensor " + info.name());
    }
    if (!below.shape().equals(info.shape())) {
      throw new IllegalArgumentException(
          info.name()
              + (" is " + below.shape() + " in " + base.name())
              + (" but " + info.shape() + " in " + overlay.name()));
    }
  }

  @Override
  public String name() {
    return base.name() + " with " + names.size() + " tensors of " + overlay.name();
  }

  @Override
  public Map<String, MetadataValue> metadata() {
    return base.metadata();
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors;
  }

  @Override
  public Optional<TensorData> tensor(String name) {
    return names.contains(name) || isScaleOfTaken(name) ? overlay.tensor(name) : base.tensor(name);
  }

  /// Does nothing: both views belong to the caller.
  @Override
  public void close() {}
}
