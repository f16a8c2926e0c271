package dev.quern.engine;

import dev.quern.engine.kernel.GroupKernel;
import dev.quern.engine.kernel.RowDecoder;
import dev.quern.engine.kernel.RowSample;
import dev.quern.engine.kernel.RowTwin;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
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

  /// Every matrix that tokens are multiplied with, and the tables of rows.
  Stream<Matrix> matrices() {
    Stream<Matrix> outside =
        Stream.concat(
            Stream.of(embedding, positions).filter(Objects::nonNull), Arrays.stream(output));
    Stream<Matrix> inside =
        Arrays.stream(blocks).flatMap(block -> block.all().stream()).flatMap(Arrays::stream);
    return Stream.concat(outside, inside);
  }

  /// Columns of the widest matrix.
  int longestRow() {
    return matrices().mapToInt(matrix -> matrix.columns).max().orElseThrow();
  }

  /// Bytes of the rows that a part of a product has at most, over the matrices that are not mapped.
  long rowBuffer() {
    return matrices()
        .filter(matrix -> matrix.mapped == null)
        .mapToLong(matrix -> WorkerScratch.TILE_ROWS * matrix.rowBytes)
        .max()
        .orElse(0);
  }

  /// The loops for groups of the matrices that have them.
  Stream<GroupKernel> groups() {
    return matrices().map(matrix -> matrix.groups).filter(Objects::nonNull).distinct();
  }

  /// For each of the loops that must be tried, rows of a matrix that has them; of one that is
  /// mapped, if there is one.
  Stream<RowSample> samples() {
    Map<RowTwin, RowSample> samples = new LinkedHashMap<>();
    matrices()
        .sorted(Comparator.comparing(matrix -> matrix.mapped == null))
        .forEach(
            matrix -> {
              RowTwin twin = matrix.tried();
              if (twin != null) {
                samples.computeIfAbsent(twin, matrix::sample);
              }
            });
    return samples.values().stream();
  }

  /// The decoders of the matrices whose rows are decoded for tiles.
  Stream<RowDecoder> decoders() {
    return matrices()
        .filter(matrix -> matrix.groups == null)
        .map(matrix -> matrix.decoder)
        .distinct();
  }
}
