package dev.quern.engine.kernel;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodecs;
import java.util.Optional;

/// Which loops exist for which type. A type that is not listed is decoded by its codec and then
/// multiplied.
public final class RowKernels {
  private RowKernels() {}

  /// The fastest decoder of `type`, if it can be read at all.
  public static Optional<RowDecoder> decoder(GgmlType type) {
    return switch (type) {
      case F32 -> Optional.of(F32Rows::decode);
      case F16 -> Optional.of(F16Rows::decode);
      case BF16 -> Optional.of(BF16Rows::decode);
      default -> BlockCodecs.find(type).map(codec -> codec::decode);
    };
  }

  /// A product with a vector of floats for `type`, if there is one.
  public static Optional<RowProduct> product(GgmlType type) {
    return switch (type) {
      case F32 -> Optional.of(F32Rows::multiply);
      case F16 -> Optional.of(F16Rows::multiply);
      case BF16 -> Optional.of(BF16Rows::multiply);
      default -> Optional.empty();
    };
  }
}
