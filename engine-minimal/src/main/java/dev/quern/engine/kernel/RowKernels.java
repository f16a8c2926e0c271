package dev.quern.engine.kernel;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodecs;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which loops exist for which type. A type that is not listed is decoded by its codec and then
/// multiplied.
public final class RowKernels {
  private static final Map<GgmlType, Optional<GroupKernel>> GROUPS = new ConcurrentHashMap<>();

  private static final RowDecoder BF16_DECODER = new BF16Decoder();
  private static final RowProduct BF16_PRODUCT =
      new HalfProduct(BF16Rows::multiply, BF16Rows.FORMAT);
  private static final RowProduct F16_PRODUCT = new HalfProduct(F16Rows::multiply, F16Rows.FORMAT);

  private static final PairProduct BF16_PAIRS =
      new PairProduct(BF16Pairs::multiply, BF16Rows.FORMAT);
  private static final PairProduct F16_PAIRS = new PairProduct(F16Pairs::multiply, F16Rows.FORMAT);

  private RowKernels() {}

  /// The fastest decoder of `type`, if it can be read at all; of BF16 always the same, as its loops
  /// are compiled once.
  public static Optional<RowDecoder> decoder(GgmlType type) {
    return switch (type) {
      case F32 -> Optional.of(F32Rows::decode);
      case F16 -> Optional.of(F16Rows::decode);
      case BF16 -> Optional.of(BF16_DECODER);
      default ->
          BlockCodecs.find(type)
              .map(codec -> (in, at, out, to, n, _) -> codec.decode(in, at, out, to, n));
    };
  }

  /// A product with a vector of floats for `type`, if there is one.
  public static Optional<RowProduct> product(GgmlType type) {
    return switch (type) {
      case F32 -> Optional.of(F32Rows::multiply);
      case F16 -> Optional.of(F16_PRODUCT);
      case BF16 -> Optional.of(BF16_PRODUCT);
      default -> Lanes.LENGTH >= 8 ? ofBlocks(type) : Optional.empty();
    };
  }

  /// Products that read as many bytes as there are floats in a vector: 8 or more.
  private static Optional<RowProduct> ofBlocks(GgmlType type) {
    return switch (type) {
      case Q8_0 -> Optional.of(Q8_0Rows::multiply);
      case Q4_0 -> Optional.of(Q4_0Rows::multiply);
      case Q4_K -> Optional.of(Q4_KRows::multiply);
      case Q5_K -> Optional.of(Q5_KRows::multiply);
      case Q6_K -> Optional.of(Q6_KRows::multiply);
      default -> Optional.empty();
    };
  }

  /// A product with a vector of BF16 for `type`, if there is one: of a type always the same, as its
  /// loops are compiled once.
  public static Optional<PairProduct> pairs(GgmlType type) {
    return switch (type) {
      case BF16 -> Optional.of(BF16_PAIRS);
      case F16 -> Optional.of(F16_PAIRS);
      default -> Optional.empty();
    };
  }

  /// A product with a vector of 8 bits for `type`, if there is one on this machine.
  public static Optional<Int8Kernel> int8(GgmlType type) {
    if (!Wide.available()) {
      return Optional.empty();
    }
    return switch (type) {
      case Q4_K -> Optional.of(new Int8Kernel(Int8Layout.NIBBLES, Q4_KInt8::multiply));
      case Q5_K -> Optional.of(new Int8Kernel(Int8Layout.NIBBLES, Q5_KInt8::multiply));
      case Q6_K -> Optional.of(new Int8Kernel(Int8Layout.EVEN_ODD, Q6_KInt8::multiply));
      default -> Optional.empty();
    };
  }

  /// The loops for rows of `type` in groups, if there are any on this machine: of a type always the
  /// same, as they are compiled once.
  public static Optional<GroupKernel> groups(GgmlType type) {
    return GROUPS.computeIfAbsent(type, RowKernels::newGroups);
  }

  private static Optional<GroupKernel> newGroups(GgmlType type) {
    return switch (type) {
      case Q4_0 -> Optional.of(new NibbleTwin(new Q4_0Groups(), new Q4_0Scalar()));
      case Q8_0 -> Optional.of(new ColumnTwin(new Q8_0Groups(), new Q8_0Scalar()));
      case Q4_K -> Optional.of(new NibbleTwin(new Q4_KGroups(), new Q4_KScalar()));
      case Q5_K -> Optional.of(new NibbleTwin(new Q5_KGroups(), new Q5_KScalar()));
      case Q6_K -> Optional.of(new ColumnTwin(new Q6_KGroups(), new Q6_KScalar()));
      // their table fills a vector
      case IQ4_NL ->
          Wide.available()
              ? Optional.of(new ColumnTwin(new IQ4_NLGroups(), new IQ4_NLScalar()))
              : Optional.empty();
      case IQ4_XS ->
          Wide.available()
              ? Optional.of(new ColumnTwin(new IQ4_XSGroups(), new IQ4_XSScalar()))
              : Optional.empty();
      default -> Optional.empty();
    };
  }
}
