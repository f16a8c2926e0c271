package dev.quern.formats;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256 checksum of what is added to it, for one thread.
public final class Sha256 {
  private static final long SLICE = 1 << 24;

  private final MessageDigest digest;

  /// The checksum of nothing yet.
  public Sha256() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /// The checksum of `bytes` in lower-case hexadecimal.
  public static String of(byte[] bytes) {
    return of(MemorySegment.ofArray(bytes));
  }

  /// The checksum of `bytes` in lower-case hexadecimal.
  public static String of(MemorySegment bytes) {
    Sha256 sum = new Sha256();
    sum.add(bytes);
    return sum.hex();
  }

  /// Adds `count` of `bytes`, from index `from` on.
  public void add(byte[] bytes, int from, int count) {
    digest.update(bytes, from, count);
  }

  /// Adds what remains of `bytes`, whose position stays.
  public void add(ByteBuffer bytes) {
    digest.update(bytes.duplicate());
  }

  /// Adds all of `bytes`.
  public void add(MemorySegment bytes) {
    long size = bytes.byteSize();
    for (long at = 0; at < size; at += SLICE) {
      digest.update(bytes.asSlice(at, Math.min(SLICE, size - at)).asByteBuffer());
    }
  }

  /// Adds `text` in UTF-8 and a byte of zero, so that two texts differ from their sum.
  public void add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  /// The checksum in lower-case hexadecimal. Ends this object's use.
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
