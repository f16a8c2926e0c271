package dev.quern.formats.meta;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The ranks of a model as one checkpoint.
final class ModelParallel {
  private static final Pattern ROWS =
      Pattern.compile("(.*\\.)?(attention\\.w[qkv]|feed_forward\\.w[13]|output)\\.weight");
  private static final Pattern COLUMNS =
      Pattern.compile("(.*\\.)?(attention\\.wo|feed_forward\\.w2)\\.weight");
  private static final Pattern EMBEDDING = Pattern.compile("(.*\\.)?tok_embeddings\\.weight");
  private static final Pattern WHOLE = Pattern.compile("(.*\\.|.*_)?(norm\\.weight|rope\\.freqs)");

  private final List<Checkpoint> ranks;
  private final long dim;

  private ModelParallel(List<Checkpoint> ranks, long dim) {
    this.ranks = ranks;
    this.dim = dim;
  }

  /// The checkpoint of these ranks, in their order, which it closes. Its tensors are in the order
  /// of the first rank.
  ///
  /// @param path what it is called
  /// @param dim length of the vectors between blocks, which tells how the embedding was split
  static Checkpoint of(Path path, List<Checkpoint> ranks, long dim) {
    ModelParallel parallel = new ModelParallel(List.copyOf(ranks), dim);
    List<SourceTensor> tensors = ranks.getFirst().tensors().stream().map(parallel::join).toList();
    parallel.checkNames();
    List<String> notes = ranks.stream().flatMap(rank -> rank.notes().stream()).toList();
    return new ListedCheckpoint(path, tensors, notes, () -> ranks.forEach(Checkpoint::close));
  }

  private void checkNames() {
    for (Checkpoint rank : ranks) {
      for (SourceTensor tensor : rank.tensors()) {
        if (ranks.getFirst().tensor(tensor.name()).isEmpty()) {
          throw malformed(tensor, "is not in " + ranks.getFirst().path().getFileName());
        }
      }
    }
  }

  private SourceTensor join(SourceTensor first) {
    if (ranks.size() == 1 || WHOLE.matcher(first.name()).matches()) {
      return first;
    }
    List<SourceTensor> parts = ranks.stream().map(rank -> part(rank, first)).toList();
    if (first.shape().rank() != 2) {
      throw malformed(first, "is " + first.shape() + ", wanted a part of a matrix");
    }
    boolean sideBySide = isSideBySide(first);
    long length = first.shape().rowLength();
    long rows = first.shape().rows();
    DType dtype = first.dtype();
    Shape shape = shape(first, sideBySide);
    JoinedData data =
        new JoinedData(
            parts.stream().map(SourceTensor::data).toList(), dtype, rows, length, sideBySide);
    return new SourceTensor(first.name(), dtype, shape, data, first.file());
  }

  private Shape shape(SourceTensor first, boolean sideBySide) {
    long length = first.shape().rowLength();
    long rows = first.shape().rows();
    try {
      Shape shape =
          sideBySide
              ? Shape.of(Math.multiplyExact(length, ranks.size()), rows)
              : Shape.of(length, Math.multiplyExact(rows, ranks.size()));
      first.dtype().bytes(shape.elements());
      return shape;
    } catch (ArithmeticException e) {
      throw new MalformedFileException(
          first.file(),
          "tensor " + first.name() + " of all ranks would have more than 2^63 bytes",
          e);
    }
  }

  private static SourceTensor part(Checkpoint rank, SourceTensor first) {
    SourceTensor part =
        rank.tensor(first.name())
            .orElseThrow(
                () ->
                    new MalformedFileException(
                        rank.path(),
                        "the file has no tensor %s, which %s has"
                            .formatted(first.name(), first.file().getFileName())));
    if (part.dtype() != first.dtype() || !part.shape().equals(first.shape())) {
      throw malformed(
          part,
          "is %s %s, but %s %s in %s"
              .formatted(
                  part.dtype(),
                  part.shape(),
                  first.dtype(),
                  first.shape(),
                  first.file().getFileName()));
    }
    return part;
  }

  private boolean isSideBySide(SourceTensor tensor) {
    if (EMBEDDING.matcher(tensor.name()).matches()) {
      long length = tensor.shape().rowLength();
      if (length != dim && length * ranks.size() != dim) {
        throw malformed(
            tensor,
            "has rows of %d in each of %d files, wanted %d or a part of it (dim of params.json)"
                .formatted(length, ranks.size(), dim));
      }
      return length != dim;
    }
    boolean columns = COLUMNS.matcher(tensor.name()).matches();
    if (!columns && !ROWS.matcher(tensor.name()).matches()) {
      throw malformed(tensor, "is in several parts, and how it was split is not known");
    }
    return columns;
  }

  private static MalformedFileException malformed(SourceTensor tensor, String problem) {
    return new MalformedFileException(tensor.file(), "tensor " + tensor.name() + " " + problem);
  }
}
