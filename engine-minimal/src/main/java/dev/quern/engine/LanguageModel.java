package dev.quern.engine;

import dev.quern.engine.kernel.RowSample;
import dev.quern.engine.kernel.Warming;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.ModelView;
import dev.quern.formats.architecture.DecoderTraits;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A model that can be run: its weights where they lie, and the threads that multiply them.
///
/// Several sessions may use a model from several threads; their calls take turns.
public final class LanguageModel implements AutoCloseable {
  /// Products of weights and tokens that scalar loops have done before loops with lanes are
  /// compiled, which takes a small machine's cores most of a second.
  private static final long FEW_PRODUCTS = 100_000_000;

  private final DecoderTraits traits;
  private final ModelWeights weights;
  private final EngineOptions options;
  private final Workers workers;
  private final Arena arena;
  private final Decoder decoder;
  private final int batchSize;
  private final long products;
  private final ReentrantLock turn = new ReentrantLock();
  private List<RowSample> samples = List.of();
  private @Nullable CompletableFuture<Void> warming;
  private boolean started;
  private boolean closed;

  private LanguageModel(
      DecoderTraits traits, ModelWeights weights, EngineOptions options, LoadProgress progress) {
    this.traits = traits;
    this.weights = weights;
    this.options = options;
    this.workers = new Workers(options.threads());
    this.arena = Arena.ofShared();
    WorkerScratch[] scratch = new WorkerScratch[options.threads()];
    long buffer = weights.rowBuffer();
    for (int i = 0; i < scratch.length; i++) {
      scratch[i] = new WorkerScratch(weights.longestRow(), buffer, arena);
    }
    if (options.repack()) {
      new Repacking(scratch, arena, progress).run(weights, workers);
    }
    this.decoder = new Decoder(traits, weights, workers, scratch);
    this.batchSize = BatchSize.here(weights.longestRow());
    this.products = weights.matrices().mapToLong(one -> (long) one.rows * one.columns).sum();
  }

  /// Begins what loading a model needs of the JVM and what can be done beside finding it. Nothing
  /// depends on it but time.
  public static void prepare() {
    Warming.prepare();
  }

  /// Finds and checks the weights of `view`, which must outlive the model.
  ///
  /// @throws MalformedFileException if the model is of an architecture that cannot be run, or
  ///   metadata and tensors do not fit together
  public static LanguageModel load(ModelView view, EngineOptions options) {
    return load(view, options, LoadProgress.NONE);
  }

  /// The same, with somebody who hears how far it is.
  public static LanguageModel load(ModelView view, EngineOptions options, LoadProgress progress) {
    DecoderTraits traits = DecoderTraits.of(view);
    WeightsLoader loader = new WeightsLoader(view, traits, options.activations());
    return new LanguageModel(traits, loader.load(), options, progress);
  }

  /// Number of logits of a position.
  public int vocabularySize() {
    return weights.output()[0].rows;
  }

  /// Positions that the model was trained for, as its metadata says.
  public int contextLength() {
    return traits.contextLength();
  }

  /// Most tokens that go through the graph at once, as the caches of the machine and the width of
  /// the model ask for. Results depend on it by no more than rounding.
  public int batchSize() {
    return batchSize;
  }

  /// A session with room for `capacity` positions; memory is taken as they are used.
  ///
  /// Models that turn far positions by other factors choose by `capacity`, not by what is fed.
  ///
  /// @throws IllegalArgumentException if `capacity` is not positive, or the model has a table of
  ///   fewer positions
  public Session newSession(int capacity) {
    return newSession(capacity, batchSize);
  }

  /// The same with batches of `most` tokens.
  Session newSession(int capacity, int most) {
    if (capacity < 1) {
      throw new IllegalArgumentException("capacity is " + capacity + ", wanted at least 1");
    }
    Matrix positions = weights.positions();
    if (positions != null && capacity > positions.rows) {
      throw new IllegalArgumentException(
          "capacity is "
              + capacity
              + ", the model has no more than "
              + positions.rows
              + " positions");
    }
    CacheShape shape = CacheShape.of(traits.blocks().getFirst().attention());
    int layers = weights.blocks().length;
    KeyValueCache cache =
        switch (options.cache()) {
          case F32 -> new FloatCache(shape, layers, capacity);
          case F16 -> new HalfCache(shape, layers, capacity);
          case Q8_0 -> new Q8_0Cache(shape, layers, capacity);
        };
    return new Session(this, cache, capacity, most);
  }

  /// Waits until the loops that the model needs are compiled. Without, it computes the same and is
  /// slower for a second or two.
  public void warmUp() {
    CompletableFuture<Void> begun;
    turn.lock();
    try {
      beginWarming();
      begun = Objects.requireNonNull(warming);
    } finally {
      turn.unlock();
    }
    begun.join();
  }

  /// Begins to get loops compiled, unless that was begun; for who has the turn.
  private void beginWarming() {
    if (warming == null) {
      samples = weights.samples().toList();
      warming = Warming.begin(weights.groups(), weights.decoders(), samples.stream());
    }
  }

  /// Shows the inputs of every later product with a weight matrix to `observer`, or to nobody if it
  /// is null. It costs nothing while nobody looks.
  public void observe(@Nullable InputObserver observer) {
    turn.lock();
    try {
      decoder.observe(observer);
    } finally {
      turn.unlock();
    }
  }

  /// Runs one batch; see [Decoder#run].
  void run(
      KeyValueCache cache,
      int position,
      int[] tokens,
      int from,
      int count,
      int wanted,
      float[] out,
      int to) {
    turn.lock();
    try {
      if (closed) {
        throw new IllegalStateException("the model is closed");
      }
      // the first tokens of a small model are there sooner if nothing is compiled beside them
      if (started || count * products > FEW_PRODUCTS) {
        beginWarming();
      }
      started = true;
      decoder.run(cache, position, tokens, from, count, wanted, out, to);
    } finally {
      turn.unlock();
    }
  }

  /// Stops the threads; sessions cannot be used any more.
  @Override
  public void close() {
    turn.lock();
    try {
      if (!closed) {
        closed = true;
        samples.forEach(RowSample::close);
        workers.close();
        arena.close();
      }
    } finally {
      turn.unlock();
    }
  }
}
