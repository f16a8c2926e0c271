package dev.quern.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DTypeTest {
  @ParameterizedTest
  @EnumSource
  void isFoundByItsName(DType type) {
    assertThat(DType.fromName(type.name())).contains(type);
  }

  @Test
  void knowsNoOtherNames() {
    assertThat(DType.fromName("f32")).isEmpty();
    assertThat(DType.values()).hasSize(22);
  }

  @ParameterizedTest
  @CsvSource({"F64,3,24", "BF16,3,6", "F8_E4M3,3,3", "F6_E2M3,4,3", "F4,6,3", "F4,0,0"})
  void countsBytes(DType type, long elements, long bytes) {
    assertThat(type.bytes(elements)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @CsvSource({"F4,5", "F6_E3M2,2", "F6_E2M3,9223372036854775806"})
  void refusesPartsOfAByte(DType type, long elements) {
    assertThatThrownBy(() -> type.bytes(elements))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(elements + " elements of " + type + " are no whole bytes");
  }

  @Test
  void refusesASizeThatOverflows() {
    assertThatThrownBy(() -> DType.F64.bytes(1L << 60)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> DType.F4.bytes(1L << 62)).isInstanceOf(ArithmeticException.class);
  }
}
