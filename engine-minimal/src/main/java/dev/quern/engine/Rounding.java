package dev.quern.engine;

import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.Int8Kernel;
import dev.quern.engine.kernel.Int8Layout;
import dev.quern.engine.kernel.Int8Vector;
import dev.quern.engine.kernel.PairProduct;
import dev.quern.engine.kernel.RoundedVector;
import dev.quern.formats.GgmlType;
import java.util.EnumMap;
import java.util.EnumSet;

/// The rows of a small batch, rounded to 8 bits in the layouts that some matrices want, or to BF16.
final class Rounding {
  private final EnumMap<Int8Layout, Int8Vector[]> vectors = new EnumMap<>(Int8Layout.class);
  private final EnumSet<Int8Layout> done = EnumSet.noneOf(Int8Layout.class);
  private final EnumSet<GgmlType> arranged = EnumSet.noneOf(GgmlType.class);
  private final RoundedVector[] rounded = new RoundedVector[Product.TILED_FROM];
  private final EnumMap<GgmlType, short[][]> halves = new EnumMap<>(GgmlType.class);
  private boolean forGroups;
  private int longest;

  /// Rounds `tokens` rows of `input` for those of `matrices` that multiply 8 bits.
  void run(Matrix[] matrices, Batch input, int tokens) {
    done.clear();
    arranged.clear();
    forGroups = false;
    for (Matrix matrix : matrices) {
      Int8Kernel kernel = matrix.int8;
      GroupKernel groups = matrix.groups;
      PairProduct pairs = matrix.pairs;
      if (pairs != null) {
        if (arranged.add(matrix.type)) {
          roundToHalves(matrix.type, pairs, input, tokens);
        }
      } else if (matrix.packed != null && groups != null) {
        roundForGroups(input, tokens);
        if (arranged.add(matrix.type)) {
          arrange(groups, input.length, tokens);
        }
      } else if (kernel != null && done.add(kernel.layout())) {
        round(kernel.layout(), input, tokens);
      }
    }
  }

  private void roundToHalves(GgmlType type, PairProduct pairs, Batch input, int tokens) {
    short[][] rows = halves.computeIfAbsent(type, _ -> new short[Product.TILED_FROM][0]);
    for (int t = 0; t < tokens; t++) {
      if (rows[t].length < input.length) {
        rows[t] = new short[input.length];
      }
      pairs.round(input.values, input.at(t), input.length, rows[t]);
    }
  }

  private void roundForGroups(Batch input, int tokens) {
    if (forGroups) {
      return;
    }
    forGroups = true;
    reserve(input.length);
    for (int t = 0; t < tokens; t++) {
      rounded[t].round(input.values, input.at(t), input.length);
    }
  }

  private void arrange(GroupKernel kernel, int length, int tokens) {
    for (int t = 0; t < tokens; t++) {
      kernel.arrange(rounded[t], length);
    }
  }

  private void round(Int8Layout layout, Batch input, int tokens) {
    reserve(input.length);
    for (int t = 0; t < tokens; t++) {
      vector(layout, t).round(layout, input.values, input.at(t), input.length);
    }
  }

  private void reserve(int length) {
    if (length <= longest) {
      return;
    }
    longest = length;
    for (int t = 0; t < rounded.length; t++) {
      rounded[t] = new RoundedVector(length);
    }
    for (Int8Layout layout : Int8Layout.values()) {
      Int8Vector[] rows = new Int8Vector[Product.TILED_FROM];
      for (int t = 0; t < rows.length; t++) {
        rows[t] = new Int8Vector(length);
      }
      vectors.put(layout, rows);
    }
  }

  /// Row `token` in `layout`.
  Int8Vector vector(Int8Layout layout, int token) {
    Int8Vector[] rows = vectors.get(layout);
    if (rows == null) {
      throw new IllegalStateException("no vector was rounded to " + layout);
    }
    return rows[token];
  }

  /// Row `token` for pairs of weights of `type`.
  short[] halves(GgmlType type, int token) {
    short[][] rows = halves.get(type);
    if (rows == null) {
      throw new IllegalStateException("no vector was rounded for " + type);
    }
    return rows[token];
  }

  /// Row `token` for groups.
  RoundedVector vector(int token) {
    return rounded[token];
  }
}
