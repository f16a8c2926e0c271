package dev.quern.cli;

import dev.quern.converter.GgufOptions;
import dev.quern.converter.LayerSet;
import dev.quern.converter.Splitting;
import dev.quern.formats.MetadataOverride;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options about blocks, metadata and parts of a GGUF that `convert` and `shrink` share.
final class GgufFlags {
  @Option(
      names = "--allow-requantize",
      description = "Quantize again what is quantized already; what it lost stays lost.")
  private boolean allowRequantize;

  @Option(
      names = "--leave-output-tensor",
      description = "Leave output.weight in the type that the source has.")
  private boolean leaveOutput;

  @Option(
      names = "--prune-layers",
      paramLabel = "1,3,5-7",
      description = "Leave these blocks out, counted from 0; those behind them move up.")
  private @Nullable String pruned;

  @Option(
      names = "--override-kv",
      paramLabel = "KEY=TYPE:VALUE",
      description = "Set metadata; TYPE is int, float, bool, str, or exactly u8 to f64.")
  private List<String> overrides = new ArrayList<>();

  @Option(names = "--keep-split", description = "Write the parts that the source has.")
  private boolean keepSplit;

  @Option(
      names = "--split-max-size",
      paramLabel = "2G|500M",
      description = "Write parts of at most so many bytes of tensors (powers of ten).")
  private @Nullable String maxSize;

  @Option(
      names = "--split-max-tensors",
      paramLabel = "N",
      description = "Write parts of at most N tensors.")
  private @Nullable Integer maxTensors;

  @Option(
      names = "--no-tensor-first-split",
      description = "Write metadata alone into the first part.")
  private boolean emptyFirst;

  GgufOptions options() {
    LayerSet layers = layers(pruned);
    List<MetadataOverride> values =
        overrides.stream()
            .map(text -> UsageException.check("--override-kv", () -> MetadataOverride.parse(text)))
            .toList();
    return new GgufOptions(allowRequantize, leaveOutput, layers, values, splitting());
  }

  private static LayerSet layers(@Nullable String text) {
    return text == null
        ? LayerSet.NONE
        : UsageException.check("--prune-layers", () -> LayerSet.parse(text));
  }

  private Splitting splitting() {
    if ((keepSplit ? 1 : 0) + (maxSize == null ? 0 : 1) + (maxTensors == null ? 0 : 1) > 1) {
      throw new UsageException(
          "--keep-split, --split-max-size and --split-max-tensors exclude each other");
    }
    if (emptyFirst && maxSize == null && maxTensors == null) {
      throw new UsageException(
          "--no-tensor-first-split needs --split-max-size or --split-max-tensors");
    }
    String size = maxSize;
    if (size != null) {
      return UsageException.check(
          "--split-max-size", () -> new Splitting.BySize(Splitting.bytes(size), emptyFirst));
    }
    Integer count = maxTensors;
    if (count != null) {
      int most = count;
      return UsageException.check(
          "--split-max-tensors", () -> new Splitting.ByTensors(most, emptyFirst));
    }
    return keepSplit ? new Splitting.AsSource() : new Splitting.None();
  }
}
