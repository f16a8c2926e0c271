package dev.quern.verifier;

import dev.quern.formats.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/// The bytes of a text as tokens.
public final class ByteTokenizer implements Tokenizer {
  /// One token for each byte.
  public ByteTokenizer() {}

  @Override
  public int size() {
    return 256;
  }

  @Override
  public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] tokens = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      tokens[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return tokens;
  }

  @Override
  public byte[] decode(int token) {
    return new byte[] {(byte) token};
  }

  @Override
  public byte[] decode(int token, boolean withControl) {
    return decode(token);
  }

  @Override
  public OptionalInt bos() {
    return OptionalInt.empty();
  }

  @Override
  public OptionalInt eos() {
    return OptionalInt.empty();
  }

  @Override
  public boolean addsBos() {
    return false;
  }

  @Override
  public boolean addsEos() {
    return false;
  }

  @Override
  public boolean isEndOfGeneration(int token) {
    return false;
  }
}
