package dev.quern.converter.overlay;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A base and a published difference to it, added up as PyTorch adds them.
///
/// A sum has the type that PyTorch promotes the two types to: the same type if they are the same,
/// F32 otherwise. It is computed in single precision and rounded once. Where the difference has
/// more rows, the base is taken to have [AddedRows] below its own.
public final class DeltaOverlay {
  private final Checkpoint base;
  private final Checkpoint delta;
  private final Optional<AddedRows> wanted;
  private final List<String> problems = new ArrayList<>();
  private final Set<String> notes = new LinkedHashSet<>();

  private DeltaOverlay(Checkpoint base, Checkpoint delta, Optional<AddedRows> wanted) {
    this.base = base;
    this.delta = delta;
    this.wanted = wanted;
  }

  /// The sum of `base` and `delta`, which it closes.
  ///
  /// @param added what the base has in rows that it lacks; when empty, the mean for a difference in
  ///   F32 (as Alpaca's is) and zeros otherwise, which a note says
  /// @throws MalformedFileException if one has a tensor that the other lacks, or they do not fit
  public static Checkpoint of(Checkpoint base, Checkpoint delta, Optional<AddedRows> added) {
    return new DeltaOverlay(base, delta, added).sum();
  }

  private Checkpoint sum() {
    List<SourceTensor> tensors = new ArrayList<>();
    for (SourceTensor tensor : base.tensors()) {
      Optional<SourceTensor> difference = delta.tensor(tensor.name());
      if (difference.isPresent()) {
        tensors.add(sum(tensor, difference.get()));
      } else if (isBuffer(tensor)) {
        tensors.add(tensor);
      } else {
        problems.add(missing(tensor, delta));
      }
    }
    for (SourceTensor tensor : delta.tensors()) {
      if (base.tensor(tensor.name()).isEmpty() && !isBuffer(tensor)) {
        problems.add(missing(tensor, base));
      }
    }
    if (!problems.isEmpty()) {
      String more = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more like it)";
      throw new MalformedFileException(delta.path(), problems.getFirst() + more);
    }
    List<String> all = new ArrayList<>(delta.notes());
    all.addAll(notes);
    return ListedCheckpoint.over(base, tensors, all, delta::close);
  }

  /// True for what every version of a library computes anew.
  private static boolean isBuffer(SourceTensor tensor) {
    return tensor.name().endsWith(".rotary_emb.inv_freq");
  }

  private static String missing(SourceTensor tensor, Checkpoint from) {
    return "tensor %s (%s) of %s is not in %s; is one the difference to the other?"
        .formatted(tensor.name(), tensor.shape(), tensor.file(), from.path());
  }

  private SourceTensor sum(SourceTensor tensor, SourceTensor difference) {
    Shape shape = difference.shape();
    DType dtype = promoted(tensor.dtype(), difference.dtype());
    Numbers right = Numbers.of(difference);
    Numbers left = Numbers.of(tensor);
    if (grows(tensor.shape(), shape)) {
      AddedRows added =
          wanted.orElse(difference.dtype() == DType.F32 ? AddedRows.MEAN : AddedRows.ZEROS);
      note(tensor, difference, added);
      left = new GrownRows(tensor, added, dtype);
    } else if (!shape.equals(tensor.shape())) {
      problems.add(
          "tensor %s is %s (row length first), but %s in %s, which it should be added to"
              .formatted(tensor.name(), shape, tensor.shape(), tensor.file()));
      return tensor;
    }
    ComputedData data =
        new ComputedData(new Sum(left, right), dtype, shape.elements(), "+ " + delta.path());
    return new SourceTensor(tensor.name(), dtype, shape, data, tensor.file());
  }

  private static boolean grows(Shape from, Shape to) {
    return from.rank() == 2
        && to.rank() == 2
        && from.rowLength() == to.rowLength()
        && from.rows() < to.rows();
  }

  private void note(SourceTensor tensor, SourceTensor difference, AddedRows added) {
    notes.add(
        "%s: the vocabulary has %d tokens, the base's %d; the base is taken to have %s there%s"
            .formatted(
                delta.path(),
                difference.shape().rows(),
                tensor.shape().rows(),
                added == AddedRows.MEAN ? "the mean of its rows" : "zeros",
                wanted.isPresent()
                    ? ""
                    : " as the difference is "
                        + difference.dtype()
                        + " (Alpaca's, in F32, wants the mean; Vicuna's zeros)"));
  }

  private static DType promoted(DType first, DType second) {
    return first == second ? first : DType.F32;
  }

  /// Two numbers added in single precision.
  private record Sum(Numbers left, Numbers right) implements Numbers {
    @Override
    public void read(long first, int count, float[] out) {
      float[] other = new float[count];
      left.read(first, count, out);
      right.read(first, count, other);
      for (int i = 0; i < count; i++) {
        out[i] += other[i];
      }
    }
  }
}
