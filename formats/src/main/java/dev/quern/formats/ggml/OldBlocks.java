package dev.quern.formats.ggml;

import dev.quern.formats.DecodedTensor.Rows;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A layout of blocks that GGML has no longer.
///
/// @param name what it was called
/// @param size weights of a block
/// @param bytes of a block
/// @param type what its rows are read as: F32, or a type of today whose bytes lie in another order
/// @param rewrite makes one block of that type
record OldBlocks(String name, int size, int bytes, GgmlType type, Rewrite rewrite) {

  /// Makes a block.
  private interface Rewrite {
    /// Reads the block at `at` of `in` and writes it to `to` of `out`.
    void block(MemorySegment in, long at, MemorySegment out, long to);
  }

  /// The layout that type number `type` had in version `version`, if it is not today's.
  static Optional<OldBlocks> of(long type, int version) {
    return Optional.ofNullable(find((int) type, version));
  }

  private static @Nullable OldBlocks find(int type, int version) {
    boolean pairs = version == 1;
    return switch (type) {
      case 2 -> version == 3 ? null : fourBits("Q4_0", 20, false, pairs);
      case 3 -> version == 3 ? null : fourBits("Q4_1", 24, true, pairs);
      case 4 -> pairs ? new OldBlocks("Q4_2", 16, 10, GgmlType.F32, halves(false)) : null;
      case 5 -> pairs ? new OldBlocks("Q4_3", 16, 12, GgmlType.F32, halves(true)) : null;
      case 6 -> pairs ? new OldBlocks("Q5_0", 32, 22, GgmlType.Q5_0, reordered(6)) : null;
      case 7 -> pairs ? new OldBlocks("Q5_1", 32, 24, GgmlType.Q5_1, reordered(8)) : null;
      case 8 -> version == 3 ? null : new OldBlocks("Q8_0", 32, 36, GgmlType.F32, OldBlocks::bytes);
      default -> null;
    };
  }

  /// True if a type number had a meaning in version `version` that is today's.
  static boolean isCurrent(GgmlType type, int version) {
    return switch (type) {
      case F32, F16 -> true;
      case Q4_0, Q4_1, Q8_0, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K -> version == 3;
      case Q5_0, Q5_1 -> version >= 2;
      default -> false;
    };
  }

  private static OldBlocks fourBits(String name, int bytes, boolean minimum, boolean pairs) {
    return new OldBlocks(
        name,
        32,
        bytes,
        GgmlType.F32,
        (in, at, out, to) -> {
          float scale = in.get(Le.FLOAT, at);
          float least = minimum ? in.get(Le.FLOAT, at + 4) : 0;
          Affine affine = new Affine(scale, minimum, least);
          affine.write(in.asSlice(at + bytes - 16, 16), pairs, out, to);
        });
  }

  private static Rewrite halves(boolean minimum) {
    return (in, at, out, to) -> {
      float scale = Float.float16ToFloat(in.get(Le.SHORT, at));
      float least = minimum ? Float.float16ToFloat(in.get(Le.SHORT, at + 2)) : 0;
      Affine affine = new Affine(scale, minimum, least);
      affine.write(in.asSlice(at + (minimum ? 4 : 2), 8), true, out, to);
    };
  }

  /// What nibbles stand for: `q * scale + least`, or `(q - 8) * scale`.
  private record Affine(float scale, boolean minimum, float least) {
    private float of(int nibble) {
      return minimum ? nibble * scale + least : (nibble - 8) * scale;
    }

    /// Writes what the nibbles of `in` stand for.
    ///
    /// @param pairs true if a byte holds neighbours, false if the low nibbles come before the high
    void write(MemorySegment in, boolean pairs, MemorySegment out, long to) {
      int bytes = (int) in.byteSize();
      for (int i = 0; i < bytes; i++) {
        int pair = in.get(Le.BYTE, i) & 0xff;
        int low = pairs ? 2 * i : i;
        int high = pairs ? 2 * i + 1 : bytes + i;
        out.set(Le.FLOAT, to + 4L * low, of(pair & 15));
        out.set(Le.FLOAT, to + 4L * high, of(pair >> 4));
      }
    }
  }

  private static void bytes(MemorySegment in, long at, MemorySegment out, long to) {
    float scale = in.get(Le.FLOAT, at);
    for (int i = 0; i < 32; i++) {
      out.set(Le.FLOAT, to + 4L * i, in.get(Le.BYTE, at + 4 + i) * scale);
    }
  }

  /// Copies `head` bytes, then turns pairs of neighbours into pairs of `i` and `16 + i`.
  private static Rewrite reordered(int head) {
    return (in, at, out, to) -> {
      MemorySegment.copy(in, at, out, to, head);
      for (int i = 0; i < 16; i++) {
        int low = nibble(in, at + head, i);
        int high = nibble(in, at + head, 16 + i);
        out.set(Le.BYTE, to + head + i, (byte) (low | (high << 4)));
      }
    };
  }

  private static int nibble(MemorySegment in, long at, int i) {
    return (in.get(Le.BYTE, at + i / 2) >> (4 * (i % 2))) & 15;
  }

  /// Rows of `length` weights in this layout, which lie in `stored`.
  Rows rows(MemorySegment stored, long length) {
    long blocks = length / size;
    long written = type.bytes(size);
    return (from, count, into) -> {
      for (long block = 0; block < count * blocks; block++) {
        rewrite.block(stored, (from * blocks + block) * bytes, into, block * written);
      }
    };
  }
}
