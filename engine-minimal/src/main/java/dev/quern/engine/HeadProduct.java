package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Products of each head with a matrix of its own: a part is a head.
final class HeadProduct implements Workers.Task {
  private final Workers workers;
  private final WorkerScratch[] scratch;
  private Matrix[] matrices = {};
  private Batch input = new Batch(0);
  private Batch output = input;
  private int inputLength;
  private int outputLength;
  private int count;
  private @Nullable InputObserver observer;

  HeadProduct(Workers workers, WorkerScratch[] scratch) {
    this.workers = workers;
    this.scratch = scratch;
  }

  void observe(@Nullable InputObserver observer) {
    this.observer = observer;
  }

  private void show(InputObserver observer) {
    for (int head = 0; head < matrices.length; head++) {
      observer.inputs(
          List.of(matrices[head].described()),
          input.values,
          input.at(0) + head * inputLength,
          input.stride,
          count);
    }
  }

  /// For each token and head, writes the product of the head's matrix and the first elements of the
  /// head in `input` to the first elements of the head in `output`.
  ///
  /// @param inputLength distance of heads in `input`
  /// @param outputLength distance of heads in `output`
  void run(
      Matrix[] matrices, Batch input, int inputLength, Batch output, int outputLength, int count) {
    this.matrices = matrices;
    this.input = input;
    this.inputLength = inputLength;
    this.output = output;
    this.outputLength = outputLength;
    this.count = count;
    InputObserver watching = observer;
    if (watching != null) {
      show(watching);
    }
    workers.run(this, matrices.length);
  }

  @Override
  public void run(int head, int worker) {
    Matrix matrix = matrices[head];
    WorkerScratch own = scratch[worker];
    for (int row = 0; row < matrix.rows; row++) {
      matrix.decodeRow(row, own.row, 0, own);
      for (int t = 0; t < count; t++) {
        int from = input.at(t) + head * inputLength;
        output.values[output.at(t) + head * outputLength + row] =
            FloatLoops.dot(own.row, 0, input.values, from, matrix.columns);
      }
    }
  }
}
