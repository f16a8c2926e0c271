package dev.quern.formats.hub;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// The parts of files that were fetched last; each is fetched once, however many threads want it.
final class Windows {
  /// Bytes of a window.
  private static final int SIZE = 4 << 20;

  /// Bytes of a window around a few numbers, which many tensors of a quantized checkpoint are.
  private static final int SMALL = 1 << 18;

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

  private record Key(RemoteFile file, long window, int size) {}

  /// Fetched bytes of a file.
  ///
  /// @param from the first byte
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Window(long from, byte[] bytes) {}

  Windows(HubClient client) {
    this.client = client;
  }

  /// A window with byte `at` of `file`, of which `count` bytes are wanted.
  Window get(RemoteFile file, long at, long count) {
    Key key = new Key(file, at / SIZE, SIZE);
    FutureTask<byte[]> task;
    synchronized (kept) {
      if (count <= SMALL / 4 && !kept.containsKey(key)) {
        key = new Key(file, at / SMALL, SMALL);
      }
      task = kept.computeIfAbsent(key, wanted -> new FutureTask<>(() -> fetch(wanted)));
    }
    task.run();
    try {
      return new Window(key.window * key.size, task.get());
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
    long from = key.window * key.size;
    return client.part(
        key.file.uri(), key.file.name(), from, Math.min(key.size, key.file.size() - from));
  }
}
