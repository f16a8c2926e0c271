package dev.quern.cli;

import dev.quern.converter.Merging;
import dev.quern.converter.Merging.Adapter;
import dev.quern.converter.overlay.AddedRows;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What is added to the weights of a checkpoint, as `convert`, `shrink` and `merge` take it.
final class MergingFlags {
  @Option(
      names = "--delta",
      paramLabel = "DELTA",
      description =
          "Add a published difference (Vicuna's, Alpaca's): a folder, whose configuration and"
              + " tokenizer the result has, or a file in one.")
  private @Nullable Path delta;

  @Option(
      names = "--added-rows",
      paramLabel = "zeros|mean",
      description =
          "What the base has for tokens that only the difference has (default: zeros, or the mean"
              + " of its rows if the difference is F32).")
  private @Nullable AddedRows added;

  @Option(
      names = "--checksum",
      paramLabel = "SUM",
      description =
          "Refuse the result unless the sum of all its weights is within 0.01 of this (Alpaca 7B:"
              + " 50637.1836).")
  private @Nullable Double checksum;

  @Option(
      names = "--lora",
      paramLabel = "ADAPTER[=WEIGHT]",
      description =
          "Add a low-rank adapter, or WEIGHT times it: a folder of PEFT's or a file; may be given"
              + " several times.")
  private List<String> adapters = new ArrayList<>();

  Merging merging() {
    if (added != null && delta == null) {
      throw new UsageException("--added-rows needs --delta");
    }
    return new Merging(
        Optional.ofNullable(delta),
        Optional.ofNullable(added),
        checksum == null ? OptionalDouble.empty() : OptionalDouble.of(checksum),
        adapters.stream()
            .map(text -> UsageException.check("--lora", () -> Adapter.parse(text)))
            .toList());
  }
}
