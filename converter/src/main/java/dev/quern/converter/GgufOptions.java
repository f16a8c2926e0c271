package dev.quern.converter;

import dev.quern.formats.MetadataOverride;
import java.util.List;

/// What a conversion may change beside types: which blocks and metadata the output has, and in how
/// many files.
///
/// @param allowRequantize true if tensors that are quantized already may be quantized again
/// @param leaveOutput true if `output.weight` stays as it is
/// @param pruned blocks that are left out; those behind them move up
/// @param overrides metadata that replaces the source's
/// @param splitting one file or several
public record GgufOptions(
    boolean allowRequantize,
    boolean leaveOutput,
    LayerSet pruned,
    List<MetadataOverride> overrides,
    Splitting splitting) {
  /// Nothing is changed, one file is written, and nothing is quantized twice.
  public static final GgufOptions NONE =
      new GgufOptions(false, false, LayerSet.NONE, List.of(), new Splitting.None());

  public GgufOptions {
    overrides = List.copyOf(overrides);
  }

  /// True if blocks or metadata differ from the source's.
  boolean edits() {
    return !pruned.isEmpty() || !overrides.isEmpty();
  }
}
