package dev.quern.engine.kernel;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.stream.Stream;

/// Gets loops with lanes compiled beside the work, on a thread of its own.
///
/// What is compiled belongs to the whole JVM, and so does what is known of it here.
public final class Warming {
  /// Interpreted, an operation with lanes takes a microsecond; compiled, less than this for each
  /// lane on the slowest machine that has lanes at all.
  private static final double COMPILED_NANOS = 1;

  private static final int FAST_RUNS = 3;

  /// A JVM without the second compiler never gets there.
  private static final long MOST_NANOS = 20_000_000_000L;

  private static final ExecutorService THREAD =
      new ThreadPoolExecutor(
          0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), Warming::thread);

  private static final Map<Switch, CompletableFuture<Void>> BEGUN = new ConcurrentHashMap<>();

  private Warming() {}

  private static Thread thread(Runnable task) {
    return Thread.ofPlatform().daemon().name("quern-engine-warming").unstarted(task);
  }

  /// Begins to load what vectors need of the JVM, which takes a fifth of a second: for who knows
  /// that a model will be opened.
  public static void prepare() {
    THREAD.execute(() -> Lanes.ceil(1));
  }

  /// Begins to warm what products with these types need, unless that was begun before.
  ///
  /// @param kernels of the types that have loops for groups
  /// @param decoders of the other types
  /// @param samples rows of the other types
  /// @return completes when all of it is compiled, or is known not to be
  public static CompletableFuture<Void> begin(
      Stream<GroupKernel> kernels, Stream<RowDecoder> decoders, Stream<RowSample> samples) {
    List<GroupKernel> distinct = kernels.distinct().toList();
    Stream<Twin> shared =
        distinct.stream()
            .map(k -> k instanceof NibbleKernel ? NibbleProduct.TWIN : Block.TWIN)
            .flatMap(tiles -> Stream.of(RoundedVector.TWIN, tiles));
    Stream<Twin> own =
        Stream.concat(distinct.stream(), decoders)
            .filter(Twin.class::isInstance)
            .map(Twin.class::cast);
    Stream<CompletableFuture<Void>> products = samples.map(Warming::begin);
    Stream<CompletableFuture<Void>> twins =
        Stream.of(shared, own, Stream.of(Tile.TWIN, Softmax.TWIN, SwiGlu.TWIN))
            .flatMap(each -> each)
            .distinct()
            .map(twin -> begin(twin, twin::exercise));
    return CompletableFuture.allOf(
        Stream.concat(products, twins).toArray(CompletableFuture<?>[]::new));
  }

  private static CompletableFuture<Void> begin(RowSample sample) {
    return begin(sample.product(), () -> sample.product().exercise(sample));
  }

  /// What was not warmed because its model was closed meanwhile is warmed with the next one's rows,
  /// also if the next one came before.
  private static CompletableFuture<Void> begin(Switch twins, IntSupplier exercise) {
    return BEGUN.compute(
        twins,
        (_, begun) ->
            begun == null
                ? run(twins, exercise)
                : begun.exceptionallyCompose(_ -> run(twins, exercise)));
  }

  private static CompletableFuture<Void> run(Switch twins, IntSupplier exercise) {
    return CompletableFuture.runAsync(() -> warm(twins, exercise), THREAD);
  }

  private static void warm(Switch twins, IntSupplier exercise) {
    long end = System.nanoTime() + MOST_NANOS;
    for (int fast = 0; fast < FAST_RUNS; ) {
      long start = System.nanoTime();
      int done = exercise.getAsInt();
      long stop = System.nanoTime();
      fast = stop - start < COMPILED_NANOS * done ? fast + 1 : 0;
      if (stop > end) {
        return;
      }
    }
    twins.switchOver();
  }
}
