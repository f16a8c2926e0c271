package dev.quern.formats;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Files that the reference implementations wrote; `src/test/golden` holds the scripts.
public final class Golden {
  private Golden() {}

  /// The golden file `name`.
  public static byte[] bytes(String name) {
    try (InputStream in =
        Objects.requireNonNull(Golden.class.getResourceAsStream("/golden/" + name), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The golden file `name`, on the heap.
  public static MemorySegment segment(String name) {
    return MemorySegment.ofArray(bytes(name));
  }

  /// The first `size` numbers of the sequence that the scripts fill tensors with.
  public static byte[] counting(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 7 % 251);
    }
    return bytes;
  }
}
