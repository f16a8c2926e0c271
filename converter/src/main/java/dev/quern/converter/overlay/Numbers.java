package dev.quern.converter.overlay;

import dev.quern.formats.DType;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.quantizers.BlockCodecs;
import java.lang.foreign.MemorySegment;

/// The numbers of a tensor as floats, and floats as the numbers of a type.
interface Numbers {
  /// Writes numbers `first` to `first + count` to the start of `out`; any thread may ask.
  void read(long first, int count, float[] out);

  /// The numbers of a tensor.
  ///
  /// @throws MalformedFileException if they are not F32, F16 or BF16
  static Numbers of(SourceTensor tensor) {
    DType dtype = tensor.dtype();
    GgmlType type =
        switch (dtype) {
          case F32 -> GgmlType.F32;
          case F16 -> GgmlType.F16;
          case BF16 -> GgmlType.BF16;
          default ->
              throw new MalformedFileException(
                  tensor.file(),
                  "tensor %s has type %s, wanted F32, F16 or BF16 to compute with"
                      .formatted(tensor.name(), dtype));
        };
    return (first, count, out) -> {
      if (tensor.data().mapped().isPresent()) {
        MemorySegment bytes = tensor.data().mapped().get();
        BlockCodecs.of(type).decode(bytes, dtype.bytes(first), out, 0, count);
        return;
      }
      MemorySegment part = MemorySegment.ofArray(new byte[Math.toIntExact(dtype.bytes(count))]);
      tensor.data().read(first, count, part);
      BlockCodecs.of(type).decode(part, 0, out, 0, count);
    };
  }

  /// Writes the first `count` floats of `from`, rounded to the nearest number of type `dtype`, ties
  /// to even, as PyTorch does.
  static void write(float[] from, int count, DType dtype, MemorySegment into, long at) {
    switch (dtype) {
      case F32 -> {
        for (int i = 0; i < count; i++) {
          into.set(Le.FLOAT, at + 4L * i, from[i]);
        }
      }
      case F16 -> {
        for (int i = 0; i < count; i++) {
          into.set(Le.SHORT, at + 2L * i, Float.floatToFloat16(from[i]));
        }
      }
      case BF16 -> {
        for (int i = 0; i < count; i++) {
          into.set(Le.SHORT, at + 2L * i, bfloat(from[i]));
        }
      }
      default -> throw new IllegalArgumentException("no floats are stored as " + dtype);
    }
  }

  /// `value` rounded to the nearest number of type `dtype`.
  static float round(float value, DType dtype) {
    return switch (dtype) {
      case F16 -> Float.float16ToFloat(Float.floatToFloat16(value));
      case BF16 -> Float.intBitsToFloat(bfloat(value) << 16);
      default -> value;
    };
  }

  private static short bfloat(float value) {
    if (Float.isNaN(value)) {
      return 0x7fc0;
    }
    int bits = Float.floatToRawIntBits(value);
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }
}
