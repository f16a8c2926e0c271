package dev.quern.cli;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// Closes what was opened along the way, the last first.
final class Closing implements AutoCloseable {
  private final Deque<Runnable> closings = new ArrayDeque<>();

  /// Has `opened` closed by `close` in the end.
  <T> T add(T opened, Consumer<T> close) {
    closings.push(() -> close.accept(opened));
    return opened;
  }

  @Override
  public void close() {
    try {
      if (!closings.isEmpty()) {
        closings.pop().run();
      }
    } finally {
      if (!closings.isEmpty()) {
        close();
      }
    }
  }
}
