package dev.quern.formats;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// A tensor type of GGML: the number that stands for it in a GGUF file, and the size of its blocks.
///
/// Source: `GGMLQuantizationType` and `GGML_QUANT_SIZES` of gguf-py 0.19. Ids 4, 5, 31 to 33 and 36
/// to 38 belonged to types that were removed.
public enum GgmlType {
  F32(0, 1, 4),
  F16(1, 1, 2),
  Q4_0(2, 32, 18),
  Q4_1(3, 32, 20),
  Q5_0(6, 32, 22),
  Q5_1(7, 32, 24),
  Q8_0(8, 32, 34),
  Q8_1(9, 32, 36),
  Q2_K(10, 256, 84),
  Q3_K(11, 256, 110),
  Q4_K(12, 256, 144),
  Q5_K(13, 256, 176),
  Q6_K(14, 256, 210),
  Q8_K(15, 256, 292),
  IQ2_XXS(16, 256, 66),
  IQ2_XS(17, 256, 74),
  IQ3_XXS(18, 256, 98),
  IQ1_S(19, 256, 50),
  IQ4_NL(20, 32, 18),
  IQ3_S(21, 256, 110),
  IQ2_S(22, 256, 82),
  IQ4_XS(23, 256, 136),
  I8(24, 1, 1),
  I16(25, 1, 2),
  I32(26, 1, 4),
  I64(27, 1, 8),
  F64(28, 1, 8),
  IQ1_M(29, 256, 56),
  BF16(30, 1, 2),
  TQ1_0(34, 256, 54),
  TQ2_0(35, 256, 66),
  MXFP4(39, 32, 17),
  NVFP4(40, 64, 36),
  Q1_0(41, 128, 18),
  Q2_0(42, 64, 18);

  private static final Map<Integer, GgmlType> BY_ID = new HashMap<>();

  static {
    Arrays.stream(values()).forEach(type -> BY_ID.put(type.id, type));
  }

  private final int id;
  private final int blockSize;
  private final int blockBytes;

  GgmlType(int id, int blockSize, int blockBytes) {
    this.id = id;
    this.blockSize = blockSize;
    this.blockBytes = blockBytes;
  }

  /// The type that a GGUF file calls `id`, if there is one.
  public static Optional<GgmlType> fromId(int id) {
    return Optional.ofNullable(BY_ID.get(id));
  }

  /// The number of this type in a GGUF tensor table.
  public int id() {
    return id;
  }

  /// Weights in a block; 1 for plain numbers.
  public int blockSize() {
    return blockSize;
  }

  /// Bytes of a block.
  public int blockBytes() {
    return blockBytes;
  }

  /// True for types whose blocks hold more than one weight.
  public boolean isQuantized() {
    return blockSize > 1;
  }

  /// True if a row of `elements` weights is a whole number of blocks.
  public boolean divides(long elements) {
    return elements % blockSize == 0;
  }

  /// Bytes of `elements` weights, which must be a whole number of blocks.
  ///
  /// @throws IllegalArgumentException if they are not
  /// @throws ArithmeticException if the size does not fit in a `long`
  public long bytes(long elements) {
    if (!divides(elements)) {
      throw new IllegalArgumentException(
          elements + " weights are not a whole number of " + this + " blocks of " + blockSize);
    }
    return Math.multiplyExact(elements / blockSize, (long) blockBytes);
  }

  /// Bits per weight, scales included.
  public double bitsPerWeight() {
    return 8.0 * blockBytes / blockSize;
  }
}
