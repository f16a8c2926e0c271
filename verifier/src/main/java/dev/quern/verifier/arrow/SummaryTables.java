package dev.quern.verifier.arrow;

import dev.quern.verifier.report.ChunkScores;
import dev.quern.verifier.report.TensorLoss;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Tables with a row for each piece of a text, and for each tensor of a model.
public final class SummaryTables {
  private SummaryTables() {}

  /// Writes or replaces `target`: `chunk`, `positions`, mean and largest `loss` (divergence from
  /// the base in nats, or surprise without one), `perplexity`, `base_perplexity`, `same_top`;
  /// nothing stands where there is no base.
  ///
  /// @throws java.io.UncheckedIOException if it cannot be written
  public static void writeChunks(Path target, List<ChunkScores> chunks) {
    try (TableWriter table =
        new TableWriter(
            target,
            List.of(
                Column.ints("chunk"),
                Column.longs("positions"),
                Column.doubles("mean_loss"),
                Column.doubles("max_loss"),
                Column.doubles("perplexity"),
                Column.optional(Column.doubles("base_perplexity")),
                Column.optional(Column.doubles("same_top"))),
            Map.of("quern.table", "chunks-1"))) {
      for (ChunkScores chunk : chunks) {
        int row = table.next();
        table.put("chunk", row, chunk.index());
        table.put("positions", row, chunk.positions());
        table.put("mean_loss", row, chunk.meanLoss());
        table.put("max_loss", row, chunk.maxLoss());
        table.put("perplexity", row, chunk.perplexity());
        table.putKnown("base_perplexity", row, chunk.basePerplexity());
        table.putKnown("same_top", row, chunk.sameTop());
      }
      table.finish();
    }
  }

  /// Writes or replaces `target`: `name`, `type`, `shape` (fastest extent first), `bytes`,
  /// `bits_per_weight`, `error` (RMS of the rounding errors over RMS of the weights),
  /// `weighted_error` (by importance, if there was any), `dead_blocks`.
  ///
  /// @throws java.io.UncheckedIOException if it cannot be written
  public static void writeTensors(Path target, List<TensorLoss> tensors) {
    try (TableWriter table =
        new TableWriter(
            target,
            List.of(
                Column.texts("name"),
                Column.texts("type"),
                Column.texts("shape"),
                Column.longs("bytes"),
                Column.doubles("bits_per_weight"),
                Column.doubles("error"),
                Column.optional(Column.doubles("weighted_error")),
                Column.longs("dead_blocks")),
            Map.of("quern.table", "tensors-1"))) {
      for (TensorLoss tensor : tensors) {
        int row = table.next();
        table.put("name", row, tensor.info().name());
        table.put("type", row, tensor.info().type().name());
        table.put("shape", row, tensor.info().shape().toString());
        table.put("bytes", row, tensor.info().bytes());
        table.put("bits_per_weight", row, tensor.bitsPerWeight());
        table.put("error", row, tensor.error());
        table.putKnown("weighted_error", row, tensor.weightedError());
        table.put("dead_blocks", row, tensor.deadBlocks());
      }
      table.finish();
    }
  }
}
