package dev.quern.quantizers;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.type.BF16;
import dev.quern.quantizers.type.F16;
import dev.quern.quantizers.type.F32;
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
          new Q6_K());

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
