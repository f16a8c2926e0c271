package dev.quern.verifier.arrow;

import dev.quern.formats.MalformedFileException;
import dev.quern.verifier.LogitsSource;
import dev.quern.verifier.baseline.BaselineFacts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.types.pojo.Schema;

/// What [BaselineWriter] kept, as a base model that is walked in the same order.
///
/// Where not every log-probability was kept, the rest is divided as the candidate divides it, so
/// that it counts as one token would: the divergence is then a lower bound, and the more exact the
/// more is kept.
public final class BaselineReader implements LogitsSource, AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final RootAllocator allocator;
  private final ArrowFileReader reader;
  private final List<ArrowBlock> blocks;
  private final BaselineFacts facts;

  /// The tokens that were kept of the rows that were read last, and what the others have together.
  private int[] kept = {};

  private float[] rests = {};

  private int block;
  private int row;
  private int rows;
  private int chunk = -1;
  private int position;

  private BaselineReader(Path path) throws IOException {
    this.path = path;
    channel = FileChannel.open(path);
    allocator = new RootAllocator();
    reader = new ArrowFileReader(channel, allocator, CommonsCompressionFactory.INSTANCE);
    try {
      Schema schema = reader.getVectorSchemaRoot().getSchema();
      facts = BaselineFacts.of(path, schema.getCustomMetadata());
      if (!schema.getFields().equals(BaselineWriter.fields(facts))) {
        throw new MalformedFileException(
            path,
            "the columns are %s, wanted %s"
                .formatted(schema.getFields(), BaselineWriter.fields(facts)));
      }
      blocks = reader.getRecordBlocks();
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /// Opens `path`.
  ///
  /// @throws MalformedFileException if it is not a baseline
  public static BaselineReader open(Path path) {
    try {
      return new BaselineReader(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedFileException e) {
      throw e;
    } catch (RuntimeException e) { // Arrow has one kind for each thing that may be wrong
      throw unreadable(path, e);
    }
  }

  private static MalformedFileException unreadable(Path path, RuntimeException cause) {
    return new MalformedFileException(
        path, "not an Arrow file that can be read: " + cause.getMessage(), cause);
  }

  /// What the baseline in `path` was made of.
  ///
  /// @throws MalformedFileException if it is not a baseline
  public static BaselineFacts facts(Path path) {
    try (BaselineReader baseline = open(path)) {
      return baseline.facts();
    }
  }

  /// What it was made of.
  public BaselineFacts facts() {
    return facts;
  }

  @Override
  public int vocabularySize() {
    return facts.vocabulary();
  }

  @Override
  public void start() {
    chunk++;
    position = 0;
  }

  @Override
  public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
    position += count - wanted;
    if (!facts.isWhole() && rests.length < wanted) {
      kept = new int[Math.multiplyExact(wanted, facts.top())];
      rests = new float[wanted];
    }
    for (int i = 0; i < wanted; i++) {
      next();
      require(BaselineWriter.CHUNK, chunk);
      require(BaselineWriter.POSITION, position);
      require(BaselineWriter.TOKEN, tokens[from + count - wanted + i]);
      read(logits, i);
      position++;
    }
  }

  private void next() {
    row++;
    try {
      while (row >= rows) {
        if (block == blocks.size()) {
          throw new MalformedFileException(path, "it ends at piece %d".formatted(chunk));
        }
        reader.loadRecordBatch(blocks.get(block++));
        rows = root().getRowCount();
        row = 0;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedFileException e) {
      throw e;
    } catch (RuntimeException e) {
      throw unreadable(path, e);
    }
  }

  private VectorSchemaRoot root() {
    try {
      return reader.getVectorSchemaRoot();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void require(String name, int wanted) {
    int found = ((IntVector) root().getVector(name)).get(row);
    if (found != wanted) {
      throw new IllegalArgumentException(
          "%s: the baseline has %s %d where %d is read (piece %d, position %d): text or pieces differ"
              .formatted(path, name, found, wanted, chunk, position));
    }
  }

  private void read(float[] logits, int slot) {
    int to = slot * facts.vocabulary();
    Float4Vector values = (Float4Vector) items(BaselineWriter.VALUES);
    int first = row * facts.top();
    if (facts.isWhole()) {
      for (int i = 0; i < facts.top(); i++) {
        logits[to + i] = values.get(first + i);
      }
      return;
    }
    IntVector tokens = (IntVector) items(BaselineWriter.TOKENS);
    for (int i = 0; i < facts.top(); i++) {
      int token = tokens.get(first + i);
      if (token < 0 || token >= facts.vocabulary()) {
        throw new MalformedFileException(
            path, "token %d of %d (piece %d)".formatted(token, facts.vocabulary(), chunk));
      }
      kept[slot * facts.top() + i] = token;
      logits[to + token] = values.get(first + i);
    }
    rests[slot] = ((Float4Vector) root().getVector(BaselineWriter.REST)).get(row);
  }

  private FieldVector items(String name) {
    return ((FixedSizeListVector) root().getVector(name)).getDataVector();
  }

  @Override
  public void complete(float[] logits, float[] candidate, int count) {
    if (!facts.isWhole()) {
      for (int slot = 0; slot < count; slot++) {
        divide(slot, logits, candidate);
      }
    }
  }

  /// Gives the tokens that were not kept what the candidate gives them, in proportion.
  private void divide(int slot, float[] logits, float[] candidate) {
    BitSet known = new BitSet(facts.vocabulary());
    for (int i = 0; i < facts.top(); i++) {
      known.set(kept[slot * facts.top() + i]);
    }
    int at = slot * facts.vocabulary();
    double peak = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < facts.vocabulary(); i++) {
      peak = known.get(i) ? peak : Math.max(peak, candidate[at + i]);
    }
    double sum = 0;
    for (int i = 0; i < facts.vocabulary(); i++) {
      sum += known.get(i) ? 0 : Math.exp(candidate[at + i] - peak);
    }
    double offset = rests[slot] - peak - Math.log(sum);
    for (int i = 0; i < facts.vocabulary(); i++) {
      logits[at + i] = known.get(i) ? logits[at + i] : (float) (candidate[at + i] + offset);
    }
  }

  @Override
  public void close() {
    try {
      reader.close();
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      allocator.close();
    }
  }
}
