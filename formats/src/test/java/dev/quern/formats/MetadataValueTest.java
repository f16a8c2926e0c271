package dev.quern.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Float64;
import dev.quern.formats.MetadataValue.Int16;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Int64;
import dev.quern.formats.MetadataValue.Int8;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint16;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.MetadataValue.Uint64;
import dev.quern.formats.MetadataValue.Uint8;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataValueTest {
  @ParameterizedTest
  @MethodSource("values")
  void isShownOnOneLine(MetadataValue value, int typeId, String shown) {
    assertThat(value.display()).isEqualTo(shown);
    assertThat(value.typeId()).isEqualTo(typeId);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(new Uint8(255), 0, "255"),
        Arguments.of(new Int8((byte) -1), 1, "-1"),
        Arguments.of(new Uint16(65535), 2, "65535"),
        Arguments.of(new Int16((short) -1), 3, "-1"),
        Arguments.of(new Uint32(4294967295L), 4, "4294967295"),
        Arguments.of(new Int32(-1), 5, "-1"),
        Arguments.of(new Float32(1e-5f), 6, "1.0E-5"),
        Arguments.of(new Bool(false), 7, "false"),
        Arguments.of(new Text("a\"\\\n\r\t\u001b🜁"), 8, "\"a\\\"\\\\\\n\\r\\t\\u001b🜁\""),
        Arguments.of(new Text("x".repeat(130)), 8, "\"" + "x".repeat(120) + "\" and 10 more"),
        Arguments.of(Array.ofInt32(List.of(1, 2)), 9, "[1, 2]"),
        Arguments.of(Array.ofTexts(List.of("a")), 9, "[\"a\"]"),
        Arguments.of(Array.ofInt32(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9)), 9, "[9 values of INT32]"),
        Arguments.of(Array.ofFloat32(List.of()), 9, "[]"),
        Arguments.of(new Uint64(-1), 10, "18446744073709551615"),
        Arguments.of(new Int64(-1), 11, "-1"),
        Arguments.of(new Float64(0.5), 12, "0.5"));
  }

  @ParameterizedTest
  @EnumSource
  void hasTheTypeOfItsNumber(MetadataType type) {
    assertThat(MetadataType.fromId(type.id())).contains(type);
  }

  @Test
  void hasNoOtherTypes() {
    assertThat(MetadataType.fromId(13)).isEmpty();
    assertThat(MetadataType.fromId(-1)).isEmpty();
  }

  @Test
  void refusesNumbersOutOfRange() {
    refuses(() -> new Uint8(256), "256 is not in 0 to 255");
    refuses(() -> new Uint16(-1), "-1 is not in 0 to 65535");
    refuses(() -> new Uint32(1L << 32), "4294967296 is not in 0 to 4294967295");
    refuses(() -> new Array(13, List.of()).elementType(), "no element type 13");
  }

  private static void refuses(Runnable action, String message) {
    assertThatThrownBy(action::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
