package dev.quern.formats.io;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// Strict UTF-8 in segments: checked without allocating, so that nothing is replaced in silence.
public final class Utf8 {
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private Utf8() {}

  /// True if the `length` bytes from `at` are well-formed UTF-8 (RFC 3629: no overlong forms, no
  /// surrogates, nothing above U+10FFFF).
  public static boolean isWellFormed(MemorySegment bytes, long at, long length) {
    long end = at + length;
    long lastLong = bytes.byteSize() - 8;
    long i = at;
    while (i < end) {
      if (i <= lastLong && isAscii(bytes.get(Le.LONG, i), end - i)) {
        i += 8;
        continue;
      }
      int size = sequenceSize(bytes, i, end);
      if (size == 0) {
        return false;
      }
      i += size;
    }
    return true;
  }

  /// The `length` bytes from `at`, which must be well-formed, as a string.
  public static String decode(MemorySegment bytes, long at, int length) {
    byte[] copy = new byte[length];
    MemorySegment.copy(bytes, JAVA_BYTE, at, copy, 0, length);
    return new String(copy, StandardCharsets.UTF_8);
  }

  /// The byte, counted from `at`, at which UTF-16 unit `unit` of well-formed text begins.
  public static long byteOffset(MemorySegment bytes, long at, long unit) {
    long i = at;
    for (long units = 0; units < unit && i < bytes.byteSize(); ) {
      int lead = bytes.get(JAVA_BYTE, i) & 0xff;
      units += lead >= 0xf0 ? 2 : 1;
      i += leadSize(lead);
    }
    return i - at;
  }

  /// True if the first `count` bytes of `word`, or all eight, are below 0x80.
  private static boolean isAscii(long word, long count) {
    long mask = count >= 8 ? -1 : ~(-1L << (8 * count));
    return (word & HIGH_BITS & mask) == 0;
  }

  /// Bytes of the sequence at `i`, 0 if it is malformed.
  private static int sequenceSize(MemorySegment bytes, long i, long end) {
    int lead = bytes.get(JAVA_BYTE, i) & 0xff;
    int size = leadSize(lead);
    if (size == 1) {
      return lead < 0x80 ? 1 : 0;
    }
    if (lead < 0xc2 || lead > 0xf4 || end - i < size) {
      return 0;
    }
    int point = lead & (0x7f >> size);
    for (int k = 1; k < size; k++) {
      int next = bytes.get(JAVA_BYTE, i + k) & 0xff;
      if ((next & 0xc0) != 0x80) {
        return 0;
      }
      point = (point << 6) | (next & 0x3f);
    }
    return isScalar(point, size) ? size : 0;
  }

  private static boolean isScalar(int point, int size) {
    return switch (size) {
      case 3 -> point >= 0x800 && (point < 0xd800 || point > 0xdfff);
      case 4 -> point >= 0x10000 && point <= 0x10ffff;
      default -> true;
    };
  }

  private static int leadSize(int lead) {
    if (lead < 0xc0) {
      return 1;
    }
    if (lead < 0xe0) {
      return 2;
    }
    return lead < 0xf0 ? 3 : 4;
  }
}
