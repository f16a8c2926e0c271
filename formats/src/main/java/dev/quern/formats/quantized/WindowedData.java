package dev.quern.formats.quantized;

import dev.quern.formats.BlockData;
import dev.quern.formats.DType;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.lang.ref.WeakReference;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Numbers that do not lie in one piece, and their bytes in windows, of which those that were read
/// last are kept.
final class WindowedData implements SourceData, StoredBytes {
  private final SourceData data;
  private final DType dtype;
  private final long size;
  private final FetchedWindows kept;
  private final AtomicReferenceArray<WeakReference<MemorySegment>> windows;

  /// @param kept holds the windows of this and other tensors
  WindowedData(SourceTensor tensor, FetchedWindows kept) {
    this.data = tensor.data();
    this.dtype = tensor.dtype();
    this.size = tensor.byteSize();
    this.kept = kept;
    this.windows =
        new AtomicReferenceArray<>(Math.toIntExact(Math.ceilDiv(size, (long) kept.size())));
  }

  @Override
  public MemorySegment segment(long at) {
    int index = Math.toIntExact(at / kept.size());
    WeakReference<MemorySegment> known = windows.get(index);
    MemorySegment window = known == null ? null : known.get();
    return window == null ? fetch(index) : window;
  }

  @Override
  public long place(long at) {
    return at % kept.size();
  }

  private MemorySegment fetch(int index) {
    long from = (long) index * kept.size();
    long bytes = Math.min(kept.size(), size - from);
    MemorySegment window = MemorySegment.ofArray(new byte[Math.toIntExact(bytes)]);
    data.read(from * 8 / dtype.bits(), bytes * 8 / dtype.bits(), window);
    kept.add(window);
    windows.set(index, new WeakReference<>(window));
    return window;
  }

  @Override
  public void read(long first, long count, MemorySegment into) {
    data.read(first, count, into);
  }

  @Override
  public String made() {
    return data.made();
  }

  @Override
  public Optional<String> encoding() {
    return data.encoding();
  }

  @Override
  public Optional<BlockData> blocks() {
    return data.blocks();
  }
}
