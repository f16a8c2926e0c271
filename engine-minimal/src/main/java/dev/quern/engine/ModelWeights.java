package dev.quern.engine;

import org.jspecify.annotations.Nullable;

/// All weights of a decoder.
///
/// @param embedding one row for each token
/// @param positions one row for each position, if the model has such a table
/// @param embeddingNorm the normalization of embeddings, if there is one
/// @param blocks the blocks in order
/// @param outputNorm weights of the last norm
/// @param output one matrix that turns vectors into logits: the embedding if the model ties them
/// @param rotaryFactors what rotary frequencies are divided by
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record ModelWeights(
    Matrix embedding,
    @Nullable Matrix positions,
    @Nullable NormWeights embeddingNorm,
    BlockWeights[] blocks,
    NormWeights outputNorm,
    Matrix[] output,
    RotaryFactors rotaryFactors) {

  /// Columns of the widest matrix.
  int longestRow() {
    int longest = Math.max(embedding.columns, output[0].columns);
    for (BlockWeights block : blocks) {
      for (Matrix[] matrices : block.all()) {
        for (Matrix matrix : matrices) {
          longest = Math.max(longest, matrix.columns);
        }
      }
    }
    return longest;
  }

  /// Bytes of the rows that a part of a product has at most, over the matrices that are not mapped.
  long rowBuffer() {
    long most = rowBuffer(embedding, rowBuffer(output[0], 0));
    if (positions != null) {
      most = rowBuffer(positions, most);
    }
    for (BlockWeights block : blocks) {
      for (Matrix[] matrices : block.all()) {
        for (Matrix matrix : matrices) {
          most = rowBuffer(matrix, most);
        }
      }
    }
    return most;
  }

  private static long rowBuffer(Matrix matrix, long most) {
    return matrix.mapped != null ? most : Math.max(most, WorkerScratch.TILE_ROWS * matrix.rowBytes);
  }
}
