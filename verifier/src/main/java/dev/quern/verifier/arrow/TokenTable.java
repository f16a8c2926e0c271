package dev.quern.verifier.arrow;

import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.verifier.PositionScore;
import dev.quern.verifier.PositionScore.Prediction;
import dev.quern.verifier.PositionSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;

/// A table of every scored position, written while a text is walked.
///
/// | column | |
/// |---|---|
/// | `chunk`, `position` | piece of the text, and place in it, from 0 |
/// | `token`, `text` | the token that follows, which is predicted, and what it stands for |
/// | `log_probability` | natural logarithm of what the candidate gives it |
/// | `top`, `top_log_probability` | the token that the candidate holds most likely |
/// | `base_…` | the same of the base |
/// | `divergence` | Kullback-Leibler divergence of the candidate from the base in nats |
/// | `shift` | probability of the token by the candidate, less by the base |
/// | `same_top` | whether both hold the same token most likely |
///
/// Without a base its columns are not there.
public final class TokenTable implements PositionSink, AutoCloseable {
  private static final int BATCH = 16_384;

  private final Tokenizer tokenizer;
  private final boolean hasBase;
  private final TableWriter table;

  private TokenTable(Tokenizer tokenizer, boolean hasBase, TableWriter table) {
    this.tokenizer = tokenizer;
    this.hasBase = hasBase;
    this.table = table;
  }

  /// Begins a table for `target`, whose tokens `tokenizer` turns into text.
  ///
  /// @throws java.io.UncheckedIOException if it cannot be written
  public static TokenTable open(Path target, Tokenizer tokenizer, boolean hasBase) {
    List<Field> own =
        List.of(
            Column.ints("chunk"),
            Column.ints("position"),
            Column.ints("token"),
            Column.texts("text"),
            Column.floats("log_probability"),
            Column.ints("top"),
            Column.floats("top_log_probability"));
    List<Field> base =
        List.of(
            Column.floats("base_log_probability"),
            Column.ints("base_top"),
            Column.floats("base_top_log_probability"),
            Column.floats("divergence"),
            Column.floats("shift"),
            Column.flags("same_top"));
    List<Field> fields =
        Stream.concat(own.stream(), hasBase ? base.stream() : Stream.of()).toList();
    return new TokenTable(
        tokenizer, hasBase, new TableWriter(target, fields, Map.of("quern.table", "tokens-1")));
  }

  @Override
  public void accept(PositionScore score) {
    int row = table.next();
    table.put("chunk", row, score.chunk());
    table.put("position", row, score.position());
    table.put("token", row, score.follower());
    table.put(
        "text", row, new String(tokenizer.decode(score.follower(), true), StandardCharsets.UTF_8));
    put("", row, score.candidate());
    if (hasBase) {
      put("base_", row, score.base().orElseThrow());
      table.put("divergence", row, (float) score.divergence());
      table.put("shift", row, (float) score.shift());
      table.put("same_top", row, score.sameTop());
    }
    if (table.rows() == BATCH) {
      table.writeBatch();
    }
  }

  private void put(String prefix, int row, Prediction prediction) {
    table.put(prefix + "log_probability", row, (float) prediction.logProbability());
    table.put(prefix + "top", row, prediction.top());
    table.put(prefix + "top_log_probability", row, (float) prediction.topLogProbability());
  }

  /// Completes the table and gives it its name; without this it does not appear.
  public void finish() {
    table.finish();
  }

  @Override
  public void close() {
    table.close();
  }
}
