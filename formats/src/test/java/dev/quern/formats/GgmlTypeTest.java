package dev.quern.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class GgmlTypeTest {
  @Test
  void agreesWithTheReferenceOnEveryType() {
    String ours =
        Arrays.stream(GgmlType.values())
            .map(
                type ->
                    "%d,%s,%d,%d\n".formatted(type.id(), type, type.blockSize(), type.blockBytes()))
            .reduce("", String::concat);

    assertThat(ours).isEqualTo(new String(Golden.bytes("ggml-types.csv"), UTF_8));
  }

  @Test
  void isFoundByItsNumber() {
    assertThat(GgmlType.fromId(12)).contains(GgmlType.Q4_K);
    assertThat(GgmlType.fromId(4)).isEmpty();
    assertThat(GgmlType.fromId(-1)).isEmpty();
  }

  @Test
  void countsBytesOfWholeBlocks() {
    assertThat(GgmlType.Q4_K.bytes(512)).isEqualTo(288);
    assertThat(GgmlType.Q4_K.bitsPerWeight()).isEqualTo(4.5);
    assertThat(GgmlType.Q4_K.isQuantized()).isTrue();
    assertThat(GgmlType.F32.isQuantized()).isFalse();
    assertThatThrownBy(() -> GgmlType.Q4_K.bytes(100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("100 weights are not a whole number of Q4_K blocks of 256");
    assertThatThrownBy(() -> GgmlType.F64.bytes(1L << 60)).isInstanceOf(ArithmeticException.class);
  }
}
