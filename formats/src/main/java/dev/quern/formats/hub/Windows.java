package dev.quern.formats.hub;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The parts of files that were fetched last; each is fetched once, however many threads want it.
final class Windows {
  /// Bytes of a window.
  static final int SIZE = 4 << 20;

  private static final int KEPT = 16;

  private final HubClient client;
  private final Map<Key, FutureTask<byte[]>> kept =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, FutureTask<byte[]>> eldest) {
          return size() > KEPT;
        }
      };

  private record Key(RemoteFile file, long window) {}

  Windows(HubClient client) {
    this.client = client;
  }

  /// The bytes of window `window` of `file`.
  byte[] get(RemoteFile file, long window) {
    Key key = new Key(file, window);
    FutureTask<byte[]> task;
    synchronized (kept) {
      task = kept.computeIfAbsent(key, wanted -> new FutureTask<>(() -> fetch(wanted)));
    }
    task.run();
    try {
      return task.get();
    } catch (ExecutionException e) {
      synchronized (kept) {
        kept.remove(key, task);
      }
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private byte[] fetch(Key key) {
    long from = key.window * SIZE;
    return client.part(
        key.file.uri(), key.file.name(), from, Math.min(SIZE, key.file.size() - from));
  }
}
