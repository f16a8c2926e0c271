package dev.quern.formats.architecture;

import dev.quern.formats.Shape;
import java.util.ArrayList;
import java.util.List;

/// What happens to the weights of a source tensor on their way into a GGUF: a description, which
/// the converter carries out row by row.
///
/// The rows of a vector are its elements, so that the bias of a matrix goes the way of its rows.
public sealed interface Transform {
  /// The extents of what becomes of a tensor of the extents `source`.
  ///
  /// @throws IllegalArgumentException if nothing can become of it
  Shape shape(Shape source);

  /// This transform, and then another.
  default Transform then(Transform next) {
    return new Chain(List.of(this, next));
  }

  /// What this transform is for a tensor of block `layer`.
  default Transform inBlock(int layer) {
    return this;
  }

  /// The weights as they are.
  record Keep() implements Transform {
    @Override
    public Shape shape(Shape source) {
      return source;
    }
  }

  /// The rows of each of `heads` heads are reordered from halves to pairs: Hugging Face rotates row
  /// `i` of a head together with row `i + length / 2`, GGML rotates neighbours, so row `2 i + p` of
  /// a head in the GGUF is row `p * length / 2 + i` of it in the source. Source:
  /// `LlamaModel.permute` of llama.cpp's converter.
  ///
  /// @param heads how many heads lie one after another; divides the rows into even parts
  record PermuteRotary(int heads) implements Transform {
    @Override
    public Shape shape(Shape source) {
      long rows = TransformShapes.rows(source);
      if (heads < 1 || rows % heads != 0 || rows / heads % 2 != 0) {
        throw new IllegalArgumentException(
            rows + " rows are no " + heads + " heads of even length");
      }
      return source;
    }
  }

  /// Groups of heads, each some queries, a key and a value, become all queries, all keys, all
  /// values: GPT-NeoX and BLOOM (a query a group), Falcon and InternLM2 (several).
  ///
  /// @param groups heads of keys, and of values
  /// @param queries query heads of a group
  record UngroupHeads(int groups, int queries) implements Transform {
    @Override
    public Shape shape(Shape source) {
      long rows = TransformShapes.rows(source);
      if (groups < 1 || queries < 1 || rows % ((long) groups * (queries + 2)) != 0) {
        throw new IllegalArgumentException(
            "%d rows are no %d groups of %d heads".formatted(rows, groups, queries + 2));
      }
      return source;
    }
  }

  /// Of every `period` rows those from `first` on.
  ///
  /// @param period divides the rows
  /// @param first the first row that is taken
  /// @param count how many are
  record TakeRows(long period, long first, long count) implements Transform {
    @Override
    public Shape shape(Shape source) {
      long rows = TransformShapes.rows(source);
      if (period < 1 || first < 0 || count < 1 || first > period - count || rows % period != 0) {
        throw new IllegalArgumentException(
            "rows %d to %d of every %d of %d".formatted(first, first + count, period, rows));
      }
      return TransformShapes.withRows(source, period, count);
    }
  }

  /// Rows become columns; the matrices of a stack are transposed one by one, a vector stays.
  record Transpose() implements Transform {
    @Override
    public Shape shape(Shape source) {
      if (source.rank() == 1) {
        return source;
      }
      List<Long> extents = new ArrayList<>(source.extents());
      extents.set(0, source.extent(1));
      extents.set(1, source.extent(0));
      return new Shape(extents);
    }
  }

  /// Several tensors of equal extents, one after another along a new last axis. It is the first
  /// step, and the only one that takes several sources.
  ///
  /// @param count how many
  record Stack(int count) implements Transform {
    @Override
    public Shape shape(Shape source) {
      List<Long> extents = new ArrayList<>(source.extents());
      extents.add((long) count);
      return new Shape(extents);
    }
  }

  /// The same weights under other extents.
  ///
  /// @param extents as many weights, row length first
  record Reshape(Shape extents) implements Transform {
    @Override
    public Shape shape(Shape source) {
      if (source.elements() != extents.elements()) {
        throw new IllegalArgumentException(source + " has not the weights of " + extents);
      }
      return extents;
    }
  }

  /// Every weight by a function, in single precision.
  ///
  /// @param function what is computed
  record Each(Function function) implements Transform {
    @Override
    public Shape shape(Shape source) {
      return source;
    }
  }

  /// Every row divided by its length, the root of the sum of its squares.
  record UnitRows() implements Transform {
    @Override
    public Shape shape(Shape source) {
      return source;
    }
  }

  /// Every weight divided by a number, in the precision of the source.
  ///
  /// @param divisor a power of two
  record Divide(float divisor) implements Transform {
    @Override
    public Shape shape(Shape source) {
      return source;
    }
  }

  /// Every weight halved as often as there were `blocks` blocks before: RWKV 6.
  ///
  /// @param blocks positive
  record HalveEvery(int blocks) implements Transform {
    @Override
    public Shape shape(Shape source) {
      return source;
    }

    @Override
    public Transform inBlock(int layer) {
      return new Divide(Math.scalb(1f, layer / blocks));
    }
  }

  /// Functions of a weight.
  enum Function {
    /// `x + 1`: norms that multiply with one more than their weight.
    PLUS_ONE,
    /// `-e^x`: the decay of Mamba.
    MINUS_EXPONENTIAL
  }

  /// One transform after another.
  ///
  /// @param steps the first first
  record Chain(List<Transform> steps) implements Transform {
    public Chain {
      steps = List.copyOf(steps);
    }

    @Override
    public Shape shape(Shape source) {
      Shape shape = source;
      for (Transform step : steps) {
        shape = step.shape(shape);
      }
      return shape;
    }
  }

  /// No source: these numbers.
  ///
  /// @param values the weights in order
  record Constant(List<Float> values) implements Transform {
    public Constant {
      values = List.copyOf(values);
    }

    @Override
    public Shape shape(Shape source) {
      return Shape.of(values.size());
    }
  }
}
