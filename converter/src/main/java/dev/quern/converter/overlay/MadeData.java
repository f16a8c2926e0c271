package dev.quern.converter.overlay;

import dev.quern.formats.SourceData;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Numbers of another file, with a word on where they come from.
///
/// @param data the numbers
/// @param made the word
record MadeData(SourceData data, String made) implements SourceData {
  @Override
  public Optional<MemorySegment> mapped() {
    return data.mapped();
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    data.read(first, count, into);
  }
}
