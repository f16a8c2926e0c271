package dev.quern.verifier;

import dev.quern.engine.InputObserver;
import dev.quern.engine.InputObserver.WeightMatrix;
import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;
import dev.quern.formats.imatrix.ImportanceSums;
import java.util.List;
import java.util.Set;

/// Lets a model read texts and sums up what its weight matrices are multiplied with, as
/// llama-imatrix does: the matrices of all blocks, and if wanted the output, over every token of
/// every piece.
///
/// llama-imatrix leaves out the last tokens of a piece that is longer than a multiple of its batch
/// by less than 16; here they count.
public final class Calibration {
  /// Tokens that are read at once where logits are computed only because the output is watched.
  private static final int BATCH = 64;

  private static final Set<String> OUTPUTS = Set.of("output.weight", "token_embd.weight");

  private final LanguageModel model;
  private final boolean withOutput;
  private final Progress progress;

  /// A calibration of `model`.
  ///
  /// @param withOutput whether the output matrix is watched too, under the name of the embedding if
  ///   it is that
  public Calibration(LanguageModel model, boolean withOutput, Progress progress) {
    this.model = model;
    this.withOutput = withOutput;
    this.progress = progress;
  }

  /// Reads `chunks`. Nothing else may observe the model meanwhile.
  ///
  /// @throws IllegalArgumentException if the text has tokens that the model does not know
  public ImportanceSums read(Chunks chunks) {
    Watcher watcher = new Watcher(withOutput);
    model.observe(watcher);
    try (Session session = model.newSession(chunks.context())) {
      long total = (long) chunks.count() * chunks.context();
      float[] logits = new float[withOutput ? BATCH * model.vocabularySize() : 0];
      for (int chunk = 0; chunk < chunks.count(); chunk++) {
        session.reset();
        read(session, chunks.tokens(chunk), logits, (long) chunk * chunks.context(), total);
      }
    } finally {
      model.observe(null);
    }
    return watcher.sums;
  }

  private void read(Session session, int[] piece, float[] logits, long before, long total) {
    int step = withOutput ? BATCH : piece.length;
    for (int at = 0; at < piece.length; at += step) {
      int count = Math.min(step, piece.length - at);
      session.feed(piece, at, count, withOutput ? count : 0, logits);
      progress.step(before + at + count, total);
    }
  }

  /// Adds up the inputs of the matrices that matter.
  private static final class Watcher implements InputObserver {
    final ImportanceSums sums = new ImportanceSums();
    private final boolean withOutput;

    Watcher(boolean withOutput) {
      this.withOutput = withOutput;
    }

    @Override
    public void inputs(
        List<WeightMatrix> matrices, float[] values, int from, int stride, int count) {
      for (WeightMatrix matrix : matrices) {
        if (watches(matrix.tensor())) {
          sums.add(
              matrix.tensor(),
              matrix.columns(),
              matrix.index(),
              matrix.count(),
              values,
              from,
              stride,
              count);
        }
      }
    }

    private boolean watches(String tensor) {
      return tensor.startsWith("blk.") || (withOutput && OUTPUTS.contains(tensor));
    }
  }
}
