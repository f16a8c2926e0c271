package dev.quern.converter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// What is worked out beside what its owner does meanwhile.
final class Beside<T> implements AutoCloseable {
  private final CompletableFuture<T> result;

  /// Begins with `work`, which may use nothing that its owner changes or closes before this.
  Beside(Supplier<T> work) {
    this.result = CompletableFuture.supplyAsync(work);
  }

  /// Waits for the result, or throws what the work ended with.
  T get() {
    try {
      return result.join();
    } catch (CompletionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw e;
      }
    }
  }

  /// Waits until the work has ended.
  @Override
  public void close() {
    result.handle((_, _) -> true).join();
  }
}
