package dev.quern.formats.gguf;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quern.formats.Le;
import dev.quern.formats.MetadataType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Float64;
import dev.quern.formats.MetadataValue.Int16;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Int64;
import dev.quern.formats.MetadataValue.Int8;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint16;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.MetadataValue.Uint64;
import dev.quern.formats.MetadataValue.Uint8;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes everything before the weights, in version 3.
final class GgufHeaderWriter {
  private static final int MAGIC = 0x46554747;
  private static final int VERSION = 3;
  private static final int MOST_EXTENTS = 4;

  private final MemorySegment out;
  private long position;

  private GgufHeaderWriter(MemorySegment out) {
    this.out = out;
  }

  /// Bytes of the header of a file with this content, without padding.
  static long size(Map<String, MetadataValue> metadata, List<TensorInfo> tensors) {
    long size = 24;
    for (Map.Entry<String, MetadataValue> pair : metadata.entrySet()) {
      size = Math.addExact(size, size(pair.getKey()) + 4 + size(pair.getValue()));
    }
    Set<String> names = new HashSet<>();
    for (TensorInfo info : tensors) {
      if (!names.add(info.name())) {
        throw new IllegalArgumentException("tensor " + info.name() + " occurs twice");
      }
      if (info.shape().rank() > MOST_EXTENTS) {
        throw new IllegalArgumentException(
            "tensor " + info.name() + " has rank " + info.shape().rank() + ", GGUF has at most 4");
      }
      size += size(info.name()) + 16 + 8L * info.shape().rank();
    }
    return size;
  }

  /// The header of `layout`, padded to its first tensor.
  static MemorySegment write(GgufLayout layout) {
    MemorySegment out = MemorySegment.ofArray(new byte[Math.toIntExact(layout.dataStart())]);
    GgufHeaderWriter writer = new GgufHeaderWriter(out);
    writer.putInt(MAGIC);
    writer.putInt(VERSION);
    writer.putLong(layout.tensors().size());
    writer.putLong(layout.metadata().size());
    layout
        .metadata()
        .forEach(
            (key, value) -> {
              writer.putText(key);
              writer.putInt(value.typeId());
              writer.putValue(value);
            });
    for (GgufTensor tensor : layout.tensors()) {
      writer.putTensor(tensor.info(), tensor.offset() - layout.dataStart());
    }
    return out;
  }

  private static long size(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    if (!new String(utf8, UTF_8).equals(text)) {
      throw new IllegalArgumentException("a string holds half a character: " + text);
    }
    return 8 + (long) utf8.length;
  }

  private static long size(MetadataValue value) {
    return switch (value) {
      case Text(String text) -> size(text);
      case Array array -> {
        MetadataType type = array.elementType();
        MemorySegment stored = stored(array);
        long size = 12;
        if (stored != null) {
          size += stored.byteSize();
        } else if (type.isFixedSize()) {
          size += (long) type.bytes() * array.values().size();
        } else {
          for (MetadataValue element : array.values()) {
            size += size(element);
          }
        }
        yield size;
      }
      default -> value.type().bytes();
    };
  }

  /// The elements of an array that comes from a file, byte for byte; their strings and booleans
  /// were checked there.
  private static @Nullable MemorySegment stored(Array array) {
    return array.values() instanceof GgufArray mapped ? mapped.bytes() : null;
  }

  private void putTensor(TensorInfo info, long offset) {
    putText(info.name());
    putInt(info.shape().rank());
    info.shape().extents().forEach(this::putLong);
    putInt(info.type().id());
    putLong(offset);
  }

  private void putValue(MetadataValue value) {
    switch (value) {
      case Uint8(int n) -> putByte((byte) n);
      case Int8(byte n) -> putByte(n);
      case Uint16(int n) -> putShort((short) n);
      case Int16(short n) -> putShort(n);
      case Uint32(long n) -> putInt((int) n);
      case Int32(int n) -> putInt(n);
      case Float32(float x) -> putInt(Float.floatToRawIntBits(x));
      case Bool(boolean b) -> putByte((byte) (b ? 1 : 0));
      case Text(String text) -> putText(text);
      case Array array -> putArray(array);
      case Uint64(long n) -> putLong(n);
      case Int64(long n) -> putLong(n);
      case Float64(double x) -> putLong(Double.doubleToRawLongBits(x));
    }
  }

  private void putArray(Array array) {
    putInt(array.elementTypeId());
    putLong(array.values().size());
    MemorySegment stored = stored(array);
    if (stored != null) {
      MemorySegment.copy(stored, 0, out, position, stored.byteSize());
      position += stored.byteSize();
      return;
    }
    for (MetadataValue element : array.values()) {
      if (element.typeId() != array.elementTypeId()) {
        throw new IllegalArgumentException(
            "an array of " + array.elementType() + " holds a " + element.type());
      }
      putValue(element);
    }
  }

  private void putText(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    putLong(utf8.length);
    MemorySegment.copy(utf8, 0, out, Le.BYTE, position, utf8.length);
    position += utf8.length;
  }

  private void putByte(byte value) {
    out.set(Le.BYTE, position, value);
    position += 1;
  }

  private void putShort(short value) {
    out.set(Le.SHORT, position, value);
    position += 2;
  }

  private void putInt(int value) {
    out.set(Le.INT, position, value);
    position += 4;
  }

  private void putLong(long value) {
    out.set(Le.LONG, position, value);
    position += 8;
  }
}
