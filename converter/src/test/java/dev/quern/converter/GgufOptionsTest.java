package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Numbers of blocks and sizes of parts, as they are written on a command line.
final class GgufOptionsTest {
  @Test
  void readsNumbersAndRanges() {
    assertThat(LayerSet.parse("7,1, 3-5,3").numbers()).containsExactly(1, 3, 4, 5, 7);
    assertThat(LayerSet.NONE.isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'';\"\" in \"\" is no number of a block and no range such as 5-7",
        "1,,2;\"\" in \"1,,2\" is no number of a block and no range such as 5-7",
        "a;\"a\" in \"a\" is no number of a block and no range such as 5-7",
        "-1;\"-1\" in \"-1\" is no number of a block and no range such as 5-7",
        "1,5-3;\"5-3\" in \"1,5-3\" goes backwards",
        "123456;\"123456\" in \"123456\" is no number of a block and no range such as 5-7"
      })
  void refusesOtherBlocks(String text, String message) {
    assertThatThrownBy(() -> LayerSet.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void sizesAreInMillionsOrBillions() {
    assertThat(Splitting.bytes("500M")).isEqualTo(500_000_000);
    assertThat(Splitting.bytes("2G")).isEqualTo(2_000_000_000L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "2T", "0M", "-1G", "1.5G", "2g", "9999999999G"})
  void refusesOtherSizes(String text) {
    assertThatThrownBy(() -> Splitting.bytes(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "\"" + text + "\" is not a size such as 500M or 2G (millions or billions of bytes)");
  }
}
