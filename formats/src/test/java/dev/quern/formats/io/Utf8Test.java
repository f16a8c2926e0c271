package dev.quern.formats.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  private static boolean decodes(byte[] bytes, int at, int length) {
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Test
  void agreesWithTheDecoderOnEveryTwoBytesAndOnRandomOnes() {
    byte[] bytes = new byte[2];
    for (int i = 0; i < 1 << 16; i++) {
      bytes[0] = (byte) (i >> 8);
      bytes[1] = (byte) i;
      agrees(bytes, 0, 2);
    }
    Random random = new Random(1);
    int[] leads = {
      0x41, 0x7f, 0x80, 0xbf, 0xc2, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xa0, 0x9f, 0x90
    };
    byte[] longer = new byte[12];
    for (int i = 0; i < 200_000; i++) {
      for (int k = 0; k < longer.length; k++) {
        longer[k] = (byte) leads[random.nextInt(leads.length)];
      }
      int at = random.nextInt(12);
      agrees(longer, at, random.nextInt(1 + Math.min(4, 12 - at)));
    }
  }

  private static void agrees(byte[] bytes, int at, int length) {
    boolean wellFormed = Utf8.isWellFormed(MemorySegment.ofArray(bytes), at, length);
    if (wellFormed != decodes(bytes, at, length)) {
      throw new AssertionError(new String(bytes, at, length, UTF_8) + " is not " + wellFormed);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "plain ascii of some length", "naïve 模型 🜁", "🜁🜁🜁 and more"})
  void acceptsAndDecodes(String text) {
    byte[] bytes = ("é" + text + "\u00ff").getBytes(UTF_8);
    int length = text.getBytes(UTF_8).length;
    MemorySegment segment = MemorySegment.ofArray(bytes);

    assertThat(Utf8.isWellFormed(segment, 2, length)).isTrue();
    assertThat(Utf8.decode(segment, 2, length)).isEqualTo(text);
  }

  @Test
  void findsTheByteOfACharacter() {
    MemorySegment text = MemorySegment.ofArray("a é模🜁b".getBytes(UTF_8));
    int[] bytes = {0, 1, 2, 4, 7, 11, 11, 12};
    for (int unit = 0; unit < bytes.length; unit++) {
      assertThat(Utf8.byteOffset(text, 0, unit)).as("unit %s", unit).isEqualTo(bytes[unit]);
    }
  }
}
