package dev.quern.engine;

import java.util.List;

/// Sees what the weight matrices of a model are multiplied with: see [LanguageModel#observe].
///
/// Called by the thread that runs the model, one call at a time.
@FunctionalInterface
public interface InputObserver {
  /// Every one of `matrices` is about to be multiplied with the same `count` vectors; vector `t`
  /// begins at `values[from + t * stride]`. The array is borrowed until the call returns.
  void inputs(List<WeightMatrix> matrices, float[] values, int from, int stride, int count);

  /// A matrix of weights.
  ///
  /// @param tensor the tensor that it is, or is a part of, such as `blk.0.attn_q.weight`
  /// @param columns numbers of an input vector
  /// @param index which matrix of the tensor: the expert
  /// @param count matrices of the tensor: 1 but for experts
  record WeightMatrix(String tensor, int columns, int index, int count) {}
}
