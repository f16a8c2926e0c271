package dev.quern.formats;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A number type of a checkpoint, under the name that safetensors gives it.
///
/// The order is that of the safetensors library, which lays out tensors of later types first.
public enum DType {
  BOOL(8),
  F4(4),
  F6_E2M3(6),
  F6_E3M2(6),
  U8(8),
  I8(8),
  F8_E5M2(8),
  F8_E4M3(8),
  F8_E8M0(8),
  F8_E4M3FNUZ(8),
  F8_E5M2FNUZ(8),
  I16(16),
  U16(16),
  F16(16),
  BF16(16),
  I32(32),
  U32(32),
  F32(32),
  C64(64),
  F64(64),
  I64(64),
  U64(64);

  private static final Map<String, DType> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(DType::name, type -> type));

  private final int bits;

  DType(int bits) {
    this.bits = bits;
  }

  /// The type that safetensors calls `name`, if there is one.
  public static Optional<DType> fromName(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /// Bits of one element; elements below a byte lie packed.
  public int bits() {
    return bits;
  }

  /// True if `elements` elements fill whole bytes.
  public boolean fillsBytes(long elements) {
    return bits >= 8 || (elements & 7) * bits % 8 == 0;
  }

  /// Bytes of `elements` elements, which must fill whole bytes.
  ///
  /// @throws IllegalArgumentException if they do not
  /// @throws ArithmeticException if the size does not fit in a `long`
  public long bytes(long elements) {
    if (!fillsBytes(elements)) {
      throw new IllegalArgumentException(elements + " elements of " + this + " are no whole bytes");
    }
    return bits >= 8
        ? Math.multiplyExact(elements, bits / 8)
        : Math.multiplyExact(elements, (long) bits) / 8;
  }
}
