package dev.quern.converter;

import dev.quern.formats.BlockData;
import dev.quern.formats.DType;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Reads the numbers of a mapped source as floats; doubles are rounded.
final class SourceReader implements WeightReader {
  /// Rows that are shorter, such as norms, are few: codecs have loops with lanes, and who calls one
  /// first waits until it is compiled.
  private static final int SHORT = 1024;

  private final MemorySegment bytes;
  private final DType dtype;
  private final Optional<BlockCodec> codec;

  /// A reader of numbers of type `dtype`, which [#reads] allows.
  SourceReader(MemorySegment bytes, DType dtype) {
    this.bytes = bytes;
    this.dtype = dtype;
    this.codec = ggmlType(dtype).map(BlockCodecs::of);
  }

  static WeightReader of(SourceTensor tensor) {
    return tensor
        .data()
        .mapped()
        .<WeightReader>map(bytes -> new SourceReader(bytes, tensor.dtype()))
        .orElseGet(() -> new Gathering(tensor.data(), tensor.dtype()));
  }

  /// A reader of numbers that lie apart, or are decoded.
  private record Gathering(SourceData data, DType dtype) implements WeightReader {
    @Override
    public void read(long first, int count, float[] out) {
      MemorySegment part = MemorySegment.ofArray(new byte[Math.toIntExact(dtype.bytes(count))]);
      data.read(first, count, part);
      new SourceReader(part, dtype).read(0, count, out);
    }

    @Override
    public Optional<BlockData> blocks() {
      return data.blocks();
    }

    @Override
    public Optional<String> encoding() {
      return data.encoding();
    }
  }

  @Override
  public Optional<BlockData> blocks() {
    return ggmlType(dtype).map(type -> new Stored(type, bytes));
  }

  /// The numbers as they lie.
  private record Stored(GgmlType type, MemorySegment bytes) implements BlockData {
    @Override
    public void read(long first, long count, MemorySegment into) {
      MemorySegment.copy(bytes, type.bytes(first), into, 0, type.bytes(count));
    }
  }

  /// True if numbers of this type are weights that can be read.
  static boolean reads(DType dtype) {
    return dtype == DType.F64 || ggmlType(dtype).isPresent();
  }

  /// The GGML type that holds numbers of this type as they are.
  static Optional<GgmlType> ggmlType(DType dtype) {
    return switch (dtype) {
      case F32 -> Optional.of(GgmlType.F32);
      case F16 -> Optional.of(GgmlType.F16);
      case BF16 -> Optional.of(GgmlType.BF16);
      default -> Optional.empty();
    };
  }

  @Override
  public void read(long first, int count, float[] out) {
    long at = dtype.bytes(first);
    if (dtype == DType.BF16 && count < SHORT) {
      for (int i = 0; i < count; i++) {
        out[i] = Float.intBitsToFloat(bytes.get(Le.SHORT, at + 2L * i) << 16);
      }
      return;
    }
    if (codec.isPresent()) {
      codec.get().decode(bytes, at, out, 0, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      out[i] = (float) bytes.get(Le.DOUBLE, at + 8L * i);
    }
  }
}
