package dev.quern.converter;

import dev.quern.converter.overlay.AddedRows;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// What is added to the weights of a checkpoint when they are read.
///
/// @param delta the folder or file of a published difference, whose configuration and tokenizer the
///   result has
/// @param added what the base has in rows that only the difference has; when empty, what the
///   difference's type suggests
/// @param checksum what the sum of all weights must be, within [#TOLERANCE]
/// @param adapters low-rank adapters, added one after the other
public record Merging(
    Optional<Path> delta,
    Optional<AddedRows> added,
    OptionalDouble checksum,
    List<Adapter> adapters) {
  /// How far from a checksum the sum of all weights may be: what Alpaca's publishers allow.
  public static final double TOLERANCE = 1e-2;

  /// Nothing is added.
  public static final Merging NONE =
      new Merging(Optional.empty(), Optional.empty(), OptionalDouble.empty(), List.of());

  public Merging {
    adapters = List.copyOf(adapters);
  }

  /// A low-rank adapter.
  ///
  /// @param path its folder or file
  /// @param weight how much of it is added, 1 for all; finite
  public record Adapter(Path path, double weight) {
    public Adapter {
      if (!Double.isFinite(weight)) {
        throw new IllegalArgumentException("weight is " + weight + ", wanted a finite number");
      }
    }

    /// Reads `PATH` or `PATH=WEIGHT`. A path that is there counts as a whole.
    public static Adapter parse(String text) {
      int sign = text.lastIndexOf('=');
      if (sign < 0 || Files.exists(Path.of(text))) {
        return new Adapter(Path.of(text), 1);
      }
      String weight = text.substring(sign + 1);
      try {
        return new Adapter(Path.of(text.substring(0, sign)), Double.parseDouble(weight));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "\"" + weight + "\" is no number; wanted PATH or PATH=WEIGHT", e);
      }
    }
  }

  /// What the result is called after: what was added last, else `base`.
  Path namedAfter(Path base) {
    return adapters.isEmpty() ? delta.orElse(base) : adapters.getLast().path();
  }

  /// The files of weights of all that is added.
  List<Path> files() {
    return Stream.concat(delta.stream(), adapters.stream().map(Adapter::path))
        .flatMap(path -> weights(path).stream())
        .toList();
  }

  private static List<Path> weights(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(HuggingFaceFolder::isWeights).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// True if weights stay as they are.
  public boolean isNothing() {
    return delta.isEmpty() && adapters.isEmpty();
  }
}
