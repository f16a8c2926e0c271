package dev.quern.verifier;

import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/// Does something for every tensor of a model, several at once.
public final class EachTensor {
  private EachTensor() {}

  /// What `work` makes of each tensor of `model`, in their order. The first failure ends it.
  ///
  /// @param threads that work
  /// @param progress told of bytes of tensors
  public static <T> List<T> map(
      ModelView model, int threads, Progress progress, Function<TensorInfo, T> work) {
    long total = model.tensors().stream().mapToLong(TensorInfo::bytes).sum();
    AtomicLong done = new AtomicLong();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> running = new ArrayList<>();
      for (TensorInfo info : model.tensors()) {
        running.add(
            executor.submit(
                () -> {
                  T made = work.apply(info);
                  progress.step(done.addAndGet(info.bytes()), total);
                  return made;
                }));
      }
      return collect(running);
    }
  }

  private static <T> List<T> collect(List<Future<T>> running) {
    List<T> all = new ArrayList<>();
    try {
      for (Future<T> one : running) {
        all.add(one.get());
      }
    } catch (ExecutionException e) {
      running.forEach(one -> one.cancel(false));
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      running.forEach(one -> one.cancel(true));
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return all;
  }
}
