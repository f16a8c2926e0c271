package dev.quern.engine;

import dev.quern.engine.kernel.FloatLoops;
import dev.quern.engine.kernel.Lanes;
import dev.quern.engine.kernel.Tile;
import dev.quern.formats.architecture.BlockTraits;
import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.Scores;
import java.util.Arrays;
import java.util.List;

/// Attention of a batch of queries over the cache.
///
/// A part is one head of keys and values and some tokens: the queries of all heads that share it
/// are the rows of two small products per block of positions, with the softmax between them kept as
/// a running maximum and sum. Where all tokens fit in one part, each span of positions is a part of
/// its own, so that one token over a long context keeps all threads busy. What a query sees of a
/// block, and in which order blocks and spans are added, does not depend on the tokens beside it.
final class AttentionStep implements Workers.Task {
  private static final int BLOCK = KeyValueCache.BLOCK;
  private static final int SPAN = 16; // blocks
  private static final int ROWS = 48;

  private final Workers workers;
  private final WorkerScratch[] scratch;
  private final List<BlockTraits> blocks;
  private final BlockWeights[] weights;
  private final Attention traits;
  private final float[] slopes;
  private final int sharing;
  private final int tokensAtOnce;
  private final int valueStride;

  private KeyValueCache cache;
  private Batch queries = new Batch(0);
  private Batch output = queries;
  private int layer;
  private int window;
  private Scores scores;
  private boolean plain;
  private int position;
  private int tokens;
  private int groups;
  private int firstSpan;
  private int spans;
  private AttentionSums[] partial = {};
  private final Workers.Task addSpans = this::addSpans;

  /// All blocks have the same heads.
  AttentionStep(
      Workers workers, WorkerScratch[] scratch, List<BlockTraits> blocks, BlockWeights[] weights) {
    this.workers = workers;
    this.scratch = scratch;
    this.blocks = blocks;
    this.weights = weights;
    this.traits = blocks.getFirst().attention();
    this.scores = traits.scores();
    this.slopes = ScoreLoops.slopes(traits.heads(), scores.alibi());
    this.sharing = traits.headsPerKeyValue();
    this.tokensAtOnce = Math.max(1, ROWS / sharing);
    this.valueStride = Lanes.ceil(traits.valueLength());
    this.cache = new FloatCache(CacheShape.of(traits), 0, 0);
    int rows = Math.multiplyExact(tokensAtOnce, sharing);
    for (WorkerScratch own : scratch) {
      own.queries = new float[Math.multiplyExact(rows, traits.keyLength())];
      own.scores = new float[rows * BLOCK];
      own.whole = new AttentionSums(rows, valueStride);
      own.span = new AttentionSums(rows, valueStride);
      own.keys = new float[Math.multiplyExact(BLOCK, traits.keyLength())];
      own.values = new float[Math.multiplyExact(BLOCK, valueStride)];
    }
  }

  /// Lets the queries of `tokens` tokens from `position` look at the cache, theirs included, and
  /// writes the weighted values of all heads to `output`.
  void run(KeyValueCache cache, int layer, Batch queries, int position, int tokens, Batch output) {
    this.cache = cache;
    this.layer = layer;
    Attention own = blocks.get(layer).attention();
    this.window = own.window();
    this.scores = own.scores();
    this.plain = scores.softCap() == 0 && scores.alibi() == 0;
    this.queries = queries;
    this.position = position;
    this.tokens = tokens;
    this.output = output;
    this.groups = (tokens + tokensAtOnce - 1) / tokensAtOnce;
    this.firstSpan = span(oldest(0));
    this.spans = span(position + tokens - 1) - firstSpan + 1;
    int heads = traits.keyValueHeads();
    if (groups > 1 || spans == 1) {
      workers.run(this, groups * heads);
      return;
    }
    reserve(spans * heads);
    workers.run(this, spans * heads);
    workers.run(addSpans, heads);
  }

  private void reserve(int parts) {
    int had = partial.length;
    if (had < parts) {
      partial = Arrays.copyOf(partial, parts);
      for (int i = had; i < parts; i++) {
        partial[i] = new AttentionSums(tokensAtOnce * sharing, valueStride);
      }
    }
  }

  /// The first position that query `token` sees.
  private int oldest(int token) {
    return (int) Math.max(0, (long) position + token - window + 1);
  }

  private static int span(int position) {
    return position / BLOCK / SPAN;
  }

  @Override
  public void run(int part, int worker) {
    WorkerScratch own = scratch[worker];
    int head = part % traits.keyValueHeads();
    int nth = part / traits.keyValueHeads();
    if (groups == 1 && spans > 1) {
      gather(own, head, 0, tokens);
      look(own, head, firstSpan + nth, 0, tokens, partial[part]);
      return;
    }
    int first = (groups - 1 - nth) * tokensAtOnce; // longest first
    int count = Math.min(tokensAtOnce, tokens - first);
    gather(own, head, first, count);
    int from = span(oldest(first));
    int last = span(position + first + count - 1);
    if (from == last) {
      look(own, head, from, first, count, own.whole);
    } else {
      own.whole.clear(count * sharing);
      for (int span = from; span <= last; span++) {
        look(own, head, span, first, count, own.span);
        own.whole.add(own.span, count * sharing);
      }
    }
    scatter(own.whole, head, first, count);
  }

  private void addSpans(int head, int worker) {
    AttentionSums whole = scratch[worker].whole;
    whole.clear(tokens * sharing);
    for (int i = 0; i < spans; i++) {
      whole.add(partial[i * traits.keyValueHeads() + head], tokens * sharing);
    }
    scatter(whole, head, 0, tokens);
  }

  /// Lets `count` queries look at the blocks of a span that one of them can see.
  private void look(
      WorkerScratch own, int head, int span, int first, int count, AttentionSums sums) {
    int rows = count * sharing;
    sums.clear(rows);
    int last = position + first + count - 1;
    int block = Math.max(span * SPAN, oldest(first) / BLOCK);
    int end = Math.min((span + 1) * SPAN - 1, last / BLOCK);
    for (; block <= end; block++) {
      score(own, head, block, rows);
      for (int row = 0; row < rows; row++) {
        int query = position + first + row / sharing;
        weigh(own, sums, row, head * sharing + row % sharing, block * BLOCK, query);
      }
      addValues(own, sums, head, block, rows, Math.min(BLOCK, last + 1 - block * BLOCK));
    }
  }

  /// Copies the scaled queries of a part, token by token, the heads that share keys side by side.
  private void gather(WorkerScratch own, int head, int first, int count) {
    int length = sharing * traits.keyLength();
    for (int t = 0; t < count; t++) {
      int from = queries.at(first + t) + head * length;
      System.arraycopy(queries.values, from, own.queries, t * length, length);
    }
    FloatLoops.scale(own.queries, 0, scores.scale(), count * length);
  }

  private void score(WorkerScratch own, int head, int block, int rows) {
    Arrays.fill(own.scores, 0, rows * BLOCK, 0);
    float[] keys = cache.keys(layer, head, block, own.keys);
    int at = cache.keysAt(head);
    int n = traits.keyLength();
    float[] products = own.scores;
    for (int lane = 0; lane < BLOCK; lane += Tile.COLUMNS) {
      Tile.multiply(
          own.queries, 0, n, rows, keys, at + lane, BLOCK, Tile.WIDEST, products, lane, BLOCK, n);
    }
  }

  private void addValues(
      WorkerScratch own, AttentionSums sums, int head, int block, int rows, int present) {
    float[] values = cache.values(layer, head, block, own.values);
    int at = cache.valuesAt(head);
    int stride = valueStride;
    float[] shares = own.scores;
    float[] results = sums.results;
    for (int lane = 0, vectors; lane < stride; lane += vectors * Lanes.LENGTH) {
      vectors = Tile.group((stride - lane) / Lanes.LENGTH);
      Tile.multiply(
          shares, 0, BLOCK, rows, values, at + lane, stride, vectors, results, lane, stride,
          present);
    }
  }

  /// Turns the scores of one query into weights under the largest score so far.
  private void weigh(
      WorkerScratch own, AttentionSums sums, int row, int head, int firstKey, int query) {
    int at = row * BLOCK;
    int visible = Math.min(BLOCK, query + 1 - firstKey);
    long hidden = Math.clamp((long) query - window + 1 - firstKey, 0, BLOCK);
    if (visible <= 0 || hidden >= visible) {
      Arrays.fill(own.scores, at, at + BLOCK, 0);
      return;
    }
    if (!plain) {
      ScoreLoops.apply(scores, own.scores, at, BLOCK, slopes[head], firstKey - query);
    }
    Arrays.fill(own.scores, at, at + (int) hidden, Float.NEGATIVE_INFINITY);
    Arrays.fill(own.scores, at + visible, at + BLOCK, Float.NEGATIVE_INFINITY);
    sums.weigh(row, own.scores, at, BLOCK);
  }

  private void scatter(AttentionSums sums, int head, int first, int count) {
    int length = traits.valueLength();
    float[] sinks = weights.length == 0 ? null : weights[layer].attention().sinks();
    for (int row = 0; row < count * sharing; row++) {
      int queryHead = head * sharing + row % sharing;
      int to = output.at(first + row / sharing) + queryHead * length;
      if (sinks != null) {
        sums.sink(row, sinks[queryHead]);
      }
      sums.mean(row, output.values, to, length);
    }
  }
}
