package dev.quern.quantizers;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.type.BF16;
import dev.quern.quantizers.type.F16;
import dev.quern.quantizers.type.F32;
import dev.quern.quantizers.type.IQ1_M;
import dev.quern.quantizers.type.IQ1_S;
import dev.quern.quantizers.type.IQ2_S;
import dev.quern.quantizers.type.IQ2_XS;
import dev.quern.quantizers.type.IQ2_XXS;
import dev.quern.quantizers.type.IQ3_S;
import dev.quern.quantizers.type.IQ3_XXS;
import dev.quern.quantizers.type.IQ4_NL;
import dev.quern.quantizers.type.IQ4_XS;
import dev.quern.quantizers.type.MXFP4;
import dev.quern.quantizers.type.NVFP4;
import dev.quern.quantizers.type.Q1_0;
import dev.quern.quantizers.type.Q2_0;
import dev.quern.quantizers.type.Q2_K;
import dev.quern.quantizers.type.Q3_K;
import dev.quern.quantizers.type.Q4_0;
import dev.quern.quantizers.type.Q4_1;
import dev.quern.quantizers.type.Q4_K;
import dev.quern.quantizers.type.Q5_0;
import dev.quern.quantizers.type.Q5_1;
import dev.quern.quantizers.type.Q5_K;
import dev.quern.quantizers.type.Q6_K;
import dev.quern.quantizers.type.Q8_0;
import dev.quern.quantizers.type.Q8_1;
import dev.quern.quantizers.type.Q8_K;
import dev.quern.quantizers.type.TQ1_0;
import dev.quern.quantizers.type.TQ2_0;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The codecs that there are: one line per tensor type.
public final class BlockCodecs {
  private static final List<BlockCodec> ALL =
      List.of(
          new F32(),
          new F16(),
          new BF16(),
          new Q8_0(),
          new Q4_0(),
          new Q4_1(),
          new Q5_0(),
          new Q5_1(),
          new Q2_K(),
          new Q3_K(),
          new Q4_K(),
          new Q5_K(),
          new Q6_K(),
          new IQ4_NL(),
          new IQ4_XS(),
          new IQ3_S(),
          new IQ3_XXS(),
          new IQ2_S(),
          new IQ2_XS(),
          new IQ2_XXS(),
          new IQ1_M(),
          new IQ1_S(),
          new TQ2_0(),
          new TQ1_0(),
          new Q2_0(),
          new Q1_0(),
          new MXFP4(),
          new NVFP4(),
          new Q8_1(),
          new Q8_K());

  private static final Map<GgmlType, BlockCodec> BY_TYPE = new EnumMap<>(GgmlType.class);

  static {
    ALL.forEach(codec -> BY_TYPE.put(codec.type(), codec));
  }

  private BlockCodecs() {}

  /// Every codec, one per type.
  public static List<BlockCodec> all() {
    return ALL;
  }

  /// The codec of `type`, if there is one.
  public static Optional<BlockCodec> find(GgmlType type) {
    return Optional.ofNullable(BY_TYPE.get(type));
  }

  /// The codec of `type`.
  ///
  /// @throws IllegalArgumentException if there is none
  public static BlockCodec of(GgmlType type) {
    return find(type)
        .orElseThrow(() -> new IllegalArgumentException("no codec reads or writes " + type));
  }
}
