package dev.quern.verifier.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.verifier.ByteTokenizer;
import dev.quern.verifier.PositionScore;
import dev.quern.verifier.PositionScore.Prediction;
import dev.quern.verifier.report.ChunkScores;
import dev.quern.verifier.report.TensorLoss;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TablesTest {
  @TempDir private Path folder;

  @Test
  void everyPositionHasARow() throws IOException {
    Path file = folder.resolve("tokens.arrow");
    try (TokenTable table = TokenTable.open(file, new ByteTokenizer(), true)) {
      for (int i = 0; i < 20_000; i++) {
        Prediction own = new Prediction(-1.5, 65, -0.5);
        Prediction base = new Prediction(-i, 66, -0.25);
        table.accept(new PositionScore(i / 100, i % 100, 65 + i % 2, own, base, 0.125 * i));
      }
      table.finish();
    }

    List<String> rows = rows(file);
    assertThat(rows).hasSize(1 + 20_000);
    assertThat(rows.getFirst())
        .isEqualTo(
            "chunk position token text log_probability top top_log_probability base_log_probability"
                + " base_top base_top_log_probability divergence shift same_top");
    assertThat(rows.get(1)).startsWith("0 0 65 A -1.5 65 -0.5 0.0 66 -0.25 0.0 -0.776");
    assertThat(rows.getLast())
        .isEqualTo("199 99 66 B -1.5 65 -0.5 -19999.0 66 -0.25 2499.875 0.22313017 false");
  }

  @Test
  void withoutABaseItsColumnsAreNotThere() throws IOException {
    Path file = folder.resolve("tokens.arrow");
    try (TokenTable table = TokenTable.open(file, new ByteTokenizer(), false)) {
      table.accept(new PositionScore(0, 1, 65, new Prediction(-1, 2, -3), null, Double.NaN));
      table.finish();
    }

    assertThat(rows(file))
        .containsExactly(
            "chunk position token text log_probability top top_log_probability",
            "0 1 65 A -1.0 2 -3.0");
  }

  @Test
  void aTableThatIsNotFinishedDoesNotAppear() throws IOException {
    try (TokenTable table =
        TokenTable.open(folder.resolve("tokens.arrow"), new ByteTokenizer(), false)) {
      table.accept(new PositionScore(0, 1, 65, new Prediction(-1, 2, -3), null, Double.NaN));
    }

    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void piecesHaveNothingWhereThereIsNoBase() throws IOException {
    Path file = folder.resolve("chunks.arrow");

    SummaryTables.writeChunks(
        file,
        List.of(
            new ChunkScores(0, 31, 0.5, 2, 0, -1, 0.75),
            new ChunkScores(1, 31, 0.25, 1, 0, Double.NaN, Double.NaN)));

    assertThat(rows(file))
        .containsExactly(
            "chunk positions mean_loss max_loss perplexity base_perplexity same_top",
            "0 31 0.5 2.0 1.0 " + Math.E + " 0.75",
            "1 31 0.25 1.0 1.0 null null");
  }

  @Test
  void tensorsHaveARowEach() throws IOException {
    Path file = folder.resolve("tensors.arrow");
    TensorInfo info = new TensorInfo("blk.0.attn_q.weight", GgmlType.Q4_K, Shape.of(256, 4));

    SummaryTables.writeTensors(file, List.of(new TensorLoss(info, 0.0625, Double.NaN, 3)));

    assertThat(rows(file).getLast())
        .isEqualTo("blk.0.attn_q.weight Q4_K 256 x 4 576 4.5 0.0625 null 3");
  }

  private static List<String> rows(Path file) throws IOException {
    List<String> rows = new ArrayList<>();
    try (RootAllocator allocator = new RootAllocator();
        FileChannel channel = FileChannel.open(file);
        ArrowFileReader reader =
            new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE)) {
      rows.add(
          String.join(
              " ",
              reader.getVectorSchemaRoot().getSchema().getFields().stream()
                  .map(Field::getName)
                  .toList()));
      for (ArrowBlock block : reader.getRecordBlocks()) {
        reader.loadRecordBatch(block);
        for (int row = 0; row < reader.getVectorSchemaRoot().getRowCount(); row++) {
          List<String> values = new ArrayList<>();
          for (FieldVector column : reader.getVectorSchemaRoot().getFieldVectors()) {
            values.add(String.valueOf(column.getObject(row)));
          }
          rows.add(String.join(" ", values));
        }
      }
    }
    return rows;
  }
}
