package dev.quern.formats.subwords;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// SentencePiece's map from texts to what replaces them, `precompiled_charsmap`.
///
/// | at    | bytes | what                                                                    |
/// |------:|------:|-------------------------------------------------------------------------|
/// |     0 |     4 | n, the bytes of the trie, little-endian                                 |
/// |     4 |     n | the trie, a double array of 32-bit units: bits 0 to 7 the byte that leads here, 8 that a text ends here, 10 to 30 the distance to the children (in units of 256 with bit 9); the unit of an end holds a place in the rest |
/// | 4 + n |       | the replacements, each ended by a zero byte                             |
public final class CharacterMap {
  /// The map that replaces nothing.
  public static final CharacterMap EMPTY = new CharacterMap(new byte[0]);

  private static final int NOTHING = -1;

  private final byte[] bytes;
  private final int[] units;

  private CharacterMap(byte[] bytes) {
    this.bytes = bytes;
    this.units = new int[bytes.length == 0 ? 0 : trieBytes(bytes) / 4];
    if (units.length > 0) {
      ByteBuffer.wrap(bytes, 4, units.length * 4)
          .order(ByteOrder.LITTLE_ENDIAN)
          .asIntBuffer()
          .get(units);
    }
  }

  private static int trieBytes(byte[] bytes) {
    return bytes.length < 4 ? -1 : ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  /// The map in `bytes`, which is copied.
  ///
  /// @throws IllegalArgumentException if it is not one; the message says why
  public static CharacterMap of(byte[] bytes) {
    if (bytes.length == 0) {
      return EMPTY;
    }
    int trie = trieBytes(bytes);
    if (trie <= 0 || trie % 4 != 0 || trie > bytes.length - 4) {
      throw new IllegalArgumentException(
          "the character map has "
              + bytes.length
              + " bytes and says that "
              + Integer.toUnsignedString(trie)
              + " of them are its trie");
    }
    return new CharacterMap(bytes.clone());
  }

  /// Whether it replaces nothing.
  public boolean isEmpty() {
    return units.length == 0;
  }

  /// The map as files hold it.
  public byte[] toBytes() {
    return bytes.clone();
  }

  /// A text that the map replaces.
  ///
  /// @param length its bytes
  /// @param replacement what takes its place
  public record Match(int length, String replacement) {}

  /// What replaces the longest text in `utf8` from `from` on, or the shortest; null if nothing
  /// there is replaced.
  public @org.jspecify.annotations.Nullable Match match(
      byte[] utf8, int from, int to, boolean longest) {
    int length = 0;
    int place = NOTHING;
    int node = units.length == 0 ? 0 : distance(units[0]);
    for (int at = from; at < to && units.length > 0; at++) {
      int c = utf8[at] & 0xff;
      node ^= c;
      if (c == 0 || node < 0 || node >= units.length || (units[node] & 0x800000ff) != c) {
        break;
      }
      boolean ends = (units[node] >>> 8 & 1) != 0;
      node ^= distance(units[node]);
      if (ends && node >= 0 && node < units.length) {
        length = at + 1 - from;
        place = units[node] & 0x7fffffff;
        if (!longest) {
          break;
        }
      }
    }
    return place == NOTHING ? null : new Match(length, replacement(place));
  }

  private static int distance(int unit) {
    return unit >>> 10 << ((unit & 1 << 9) >>> 6);
  }

  private String replacement(int place) {
    int start = (int) Math.min(bytes.length, 4L + units.length * 4L + place);
    int end = start;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(Arrays.copyOfRange(bytes, start, end), StandardCharsets.UTF_8);
  }
}
