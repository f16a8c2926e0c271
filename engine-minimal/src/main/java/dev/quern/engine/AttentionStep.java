package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.engine.kernel.Lanes;
import dev.quern.engine.kernel.Softmax;
import dev.quern.engine.kernel.Tile;
import dev.quern.formats.architecture.BlockTraits.Attention;
import java.util.Arrays;

/// Attention of a batch of queries over the cache.
///
/// A part is one head of keys and values and some tokens: the queries of all heads that share it
/// are the rows of two small products per block of positions, with the softmax between them kept as
/// a running maximum and sum. What a query sees of a block, and in which order blocks come, does
/// not depend on the tokens beside it.
final class AttentionStep implements Workers.Task {
  private static final int BLOCK = KeyValueCache.BLOCK;
  private static final int ROWS = 48;

  private final Workers workers;
  private final WorkerScratch[] scratch;
  private final Attention traits;
  private final int sharing;
  private final int tokensAtOnce;
  private final int valueStride;

  private KeyValueCache cache;
  private Batch queries = new Batch(0);
  private Batch output = queries;
  private int layer;
  private int window;
  private int position;
  private int tokens;
  private int groups;

  AttentionStep(Workers workers, WorkerScratch[] scratch, Attention traits) {
    this.workers = workers;
    this.scratch = scratch;
    this.traits = traits;
    this.sharing = traits.headsPerKeyValue();
    this.tokensAtOnce = Math.max(1, ROWS / sharing);
    this.valueStride = Lanes.ceil(traits.valueLength());
    this.cache = new FloatCache(CacheShape.of(traits), 0, 0);
    int rows = Math.multiplyExact(tokensAtOnce, sharing);
    for (WorkerScratch own : scratch) {
      own.queries = new float[Math.multiplyExact(rows, traits.keyLength())];
      own.scores = new float[rows * BLOCK];
      own.results = new float[Math.multiplyExact(rows, valueStride)];
      own.largest = new float[rows];
      own.totals = new float[rows];
      own.keys = new float[Math.multiplyExact(BLOCK, traits.keyLength())];
      own.values = new float[Math.multiplyExact(BLOCK, valueStride)];
    }
  }

  /// Lets the queries of `tokens` tokens from `position` look at the cache, theirs included, and
  /// writes the weighted values of all heads to `output`.
  void run(KeyValueCache cache, int layer, Batch queries, int position, int tokens, Batch output) {
    this.cache = cache;
    this.layer = layer;
    this.window = traits.window().lengthOf(layer);
    this.queries = queries;
    this.position = position;
    this.tokens = tokens;
    this.output = output;
    this.groups = (tokens + tokensAtOnce - 1) / tokensAtOnce;
    workers.run(this, groups * traits.keyValueHeads());
  }

  @Override
  public void run(int part, int worker) {
    WorkerScratch own = scratch[worker];
    int head = part % traits.keyValueHeads();
    int first = (groups - 1 - part / traits.keyValueHeads()) * tokensAtOnce; // longest first
    int count = Math.min(tokensAtOnce, tokens - first);
    int rows = count * sharing;
    gather(own, head, first, count);
    Arrays.fill(own.results, 0, rows * valueStride, 0);
    Arrays.fill(own.largest, 0, rows, Softmax.LOWEST);
    Arrays.fill(own.totals, 0, rows, 0);
    int last = position + first + count - 1;
    long oldest = Math.max(0, (long) position + first - window + 1);
    for (int block = (int) (oldest / BLOCK); block <= last / BLOCK; block++) {
      look(own, head, block, first, rows, Math.min(BLOCK, last + 1 - block * BLOCK));
    }
    scatter(own, head, first, count);
  }

  /// Copies the scaled queries of a part, token by token, the heads that share keys side by side.
  private void gather(WorkerScratch own, int head, int first, int count) {
    int length = sharing * traits.keyLength();
    for (int t = 0; t < count; t++) {
      int from = queries.at(first + t) + head * length;
      System.arraycopy(queries.values, from, own.queries, t * length, length);
    }
    FloatLoops.scale(own.queries, 0, traits.scale(), count * length);
  }

  private void look(WorkerScratch own, int head, int block, int first, int rows, int present) {
    score(own, head, block, rows);
    for (int row = 0; row < rows; row++) {
      weigh(own, row, block * BLOCK, position + first + row / sharing);
    }
    addValues(own, head, block, rows, present);
  }

  private void score(WorkerScratch own, int head, int block, int rows) {
    Arrays.fill(own.scores, 0, rows * BLOCK, 0);
    float[] keys = cache.keys(layer, head, block, own.keys);
    int at = cache.keysAt(head);
    int n = traits.keyLength();
    float[] scores = own.scores;
    for (int lane = 0; lane < BLOCK; lane += Tile.COLUMNS) {
      Tile.multiply(
          own.queries, 0, n, rows, keys, at + lane, BLOCK, Tile.WIDEST, scores, lane, BLOCK, n);
    }
  }

  private void addValues(WorkerScratch own, int head, int block, int rows, int present) {
    float[] values = cache.values(layer, head, block, own.values);
    int at = cache.valuesAt(head);
    int stride = valueStride;
    float[] scores = own.scores;
    float[] results = own.results;
    for (int lane = 0, vectors; lane < stride; lane += vectors * Lanes.LENGTH) {
      vectors = Tile.group((stride - lane) / Lanes.LENGTH);
      Tile.multiply(
          scores, 0, BLOCK, rows, values, at + lane, stride, vectors, results, lane, stride,
          present);
    }
  }

  /// Turns the scores of one query into weights under the largest score so far.
  private void weigh(WorkerScratch own, int row, int firstKey, int query) {
    int at = row * BLOCK;
    int visible = Math.min(BLOCK, query + 1 - firstKey);
    long hidden = Math.clamp((long) query - window + 1 - firstKey, 0, BLOCK);
    if (visible <= 0 || hidden >= visible) {
      Arrays.fill(own.scores, at, at + BLOCK, 0);
      return;
    }
    Arrays.fill(own.scores, at, at + (int) hidden, Float.NEGATIVE_INFINITY);
    Arrays.fill(own.scores, at + visible, at + BLOCK, Float.NEGATIVE_INFINITY);
    float before = own.largest[row];
    float now = Softmax.max(own.scores, at, BLOCK, before);
    float sum = Softmax.exponentials(own.scores, at, BLOCK, now);
    if (now == before) {
      own.totals[row] += sum;
      return;
    }
    float shrink = (float) Math.exp(before - now);
    own.largest[row] = now;
    own.totals[row] = own.totals[row] * shrink + sum;
    FloatLoops.scale(own.results, row * valueStride, shrink, valueStride);
  }

  private void scatter(WorkerScratch own, int head, int first, int count) {
    int length = traits.valueLength();
    for (int row = 0; row < count * sharing; row++) {
      int to = output.at(first + row / sharing) + (head * sharing + row % sharing) * length;
      float share = 1 / own.totals[row];
      for (int i = 0; i < length; i++) {
        output.values[to + i] = own.results[row * valueStride + i] * share;
      }
    }
  }
}
