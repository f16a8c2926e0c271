package dev.quern.formats.subwords;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The characters that stand for bytes in byte-level vocabularies: a printable byte for itself, the
/// others from U+0100 on.
public final class ByteLevel {
  private static final char[] CHARACTERS = characters();
  private static final int[] BYTES = bytes();

  private ByteLevel() {}

  /// The character that stands for a byte from 0 to 255.
  public static char character(int value) {
    return CHARACTERS[value];
  }

  /// The bytes that a text of such characters stands for; any other character stands for itself.
  public static byte[] decode(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
    text.codePoints()
        .forEach(
            c -> {
              if (c < BYTES.length && BYTES[c] >= 0) {
                out.write(BYTES[c]);
              } else {
                out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
              }
            });
    return out.toByteArray();
  }

  private static char[] characters() {
    char[] characters = new char[256];
    char next = 0x100;
    for (char c = 0; c < 256; c++) {
      boolean printable = (c > ' ' && c < 0x7f) || (c > 0xa0 && c != 0xad);
      characters[c] = printable ? c : next++;
    }
    return characters;
  }

  private static int[] bytes() {
    int[] bytes = new int[0x100 + 68];
    Arrays.fill(bytes, -1);
    for (int value = 0; value < 256; value++) {
      bytes[CHARACTERS[value]] = value;
    }
    return bytes;
  }
}
