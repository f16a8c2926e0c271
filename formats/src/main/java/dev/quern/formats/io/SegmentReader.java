package dev.quern.formats.io;

import java.io.Reader;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/// The characters of well-formed UTF-8 in a segment of less than 2 GiB.
final class SegmentReader extends Reader {
  private final ByteBuffer bytes;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();

  SegmentReader(MemorySegment bytes) {
    this.bytes = bytes.asByteBuffer();
  }

  /// Wants room for at least two characters, as Jackson gives it.
  @Override
  public int read(char[] into, int from, int count) {
    if (!bytes.hasRemaining()) {
      return -1;
    }
    CharBuffer out = CharBuffer.wrap(into, from, count);
    decoder.decode(bytes, out, true);
    return out.position() - from;
  }

  @Override
  public void close() {}
}
