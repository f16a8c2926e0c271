package dev.quern.formats.hub;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.safetensors.RemoteBytes;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;

/// A file of the Hub, fetched in windows.
///
/// @param windows where fetched windows are kept
/// @param size its bytes
record RemoteFile(Windows windows, URI uri, Path name, long size) implements RemoteBytes {
  @Override
  public void read(long at, MemorySegment into) {
    if (at < 0 || into.byteSize() > size - at) {
      throw new MalformedFileException(
          name, "the file has %d bytes, bytes %d on are wanted".formatted(size, at));
    }
    long done = 0;
    while (done < into.byteSize()) {
      long left = into.byteSize() - done;
      Windows.Window window = windows.get(this, at + done, left);
      int from = Math.toIntExact(at + done - window.from());
      int run = (int) Math.min(window.bytes().length - from, left);
      MemorySegment.copy(MemorySegment.ofArray(window.bytes()), from, into, done, run);
      done += run;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RemoteFile file && file.uri.equals(uri);
  }

  @Override
  public int hashCode() {
    return Objects.hash(uri);
  }
}
