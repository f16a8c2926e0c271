package dev.quern.formats.quantized;

import dev.quern.formats.DType;

/// Single numbers of a tensor, in any order.
///
/// @param bytes little-endian, one after another
/// @param dtype their type, which [#reads] allows
record Numbers(StoredBytes bytes, DType dtype) {
  private static final float[] E4M3 = table(4, 7, true);
  private static final float[] E5M2 = table(5, 15, false);

  /// True if numbers of this type can be read.
  static boolean reads(DType dtype) {
    return switch (dtype) {
      case F64, F32, F16, BF16, F8_E4M3, F8_E5M2, F8_E8M0, I8, U8, I32, I64 -> true;
      default -> false;
    };
  }

  /// Number `i`, rounded to a float.
  float at(long i) {
    return switch (dtype) {
      case F32 -> Float.intBitsToFloat(bytes.intAt(4 * i));
      case F16 -> Float.float16ToFloat(bytes.shortAt(2 * i));
      case BF16 -> Float.intBitsToFloat(bytes.shortAt(2 * i) << 16);
      case F8_E4M3 -> E4M3[bytes.byteAt(i) & 0xff];
      case F8_E5M2 -> E5M2[bytes.byteAt(i) & 0xff];
      case F8_E8M0 -> powerOfTwo(bytes.byteAt(i) & 0xff);
      case I8 -> bytes.byteAt(i);
      case U8 -> bytes.byteAt(i) & 0xff;
      case I32 -> bytes.intAt(4 * i);
      case I64 -> bytes.longAt(8 * i);
      case F64 -> (float) Double.longBitsToDouble(bytes.longAt(8 * i));
      default -> throw new IllegalStateException(dtype + " is no type of numbers that are read");
    };
  }

  /// `2^(e - 127)`; 255 stands for no number.
  static float powerOfTwo(int e) {
    if (e == 255) {
      return Float.NaN;
    }
    return Float.intBitsToFloat(e == 0 ? 0x00400000 : e << 23);
  }

  /// The nearest bfloat16, the even one of two that are equally near.
  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  /// The values of all bytes that are floats with so many bits of exponent.
  ///
  /// @param finite true if only a byte of ones after the sign is no number, false if the largest
  ///   exponent stands for infinity and no numbers as in IEEE 754
  private static float[] table(int exponentBits, int bias, boolean finite) {
    int fractionBits = 7 - exponentBits;
    int largest = (1 << exponentBits) - 1;
    float[] values = new float[256];
    for (int bits = 0; bits < 256; bits++) {
      int exponent = bits >> fractionBits & largest;
      int fraction = bits & (1 << fractionBits) - 1;
      float value =
          exponent == 0
              ? Math.scalb((float) fraction, 1 - bias - fractionBits)
              : Math.scalb(
                  (float) (fraction + (1 << fractionBits)), exponent - bias - fractionBits);
      if (finite && (bits & 127) == 127) {
        value = Float.NaN;
      } else if (!finite && exponent == largest) {
        value = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
      }
      values[bits] = bits < 128 ? value : -value;
    }
    return values;
  }
}
