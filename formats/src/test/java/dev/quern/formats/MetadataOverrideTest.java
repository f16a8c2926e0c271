package dev.quern.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class MetadataOverrideTest {
  static Stream<List<Object>> values() {
    return Stream.of(
        List.of("int:4294967295", new Uint32(4294967295L)),
        List.of("float:0.1", new Float32((float) 0.1)),
        List.of("bool:true", new Bool(true)),
        List.of("bool:false", new Bool(false)),
        List.of("str:", new Text("")),
        List.of("str:a=b:c\n", new Text("a=b:c\n")),
        List.of("u8:255", new Uint8(255)),
        List.of("i8:-128", new Int8((byte) -128)),
        List.of("u16:65535", new Uint16(65535)),
        List.of("i16:-32768", new Int16((short) -32768)),
        List.of("u32:0", new Uint32(0)),
        List.of("i32:-1", new Int32(-1)),
        List.of("u64:18446744073709551615", new Uint64(-1)),
        List.of("i64:-9223372036854775808", new Int64(Long.MIN_VALUE)),
        List.of("f32:1e-5", new Float32(1e-5f)),
        List.of("f64:1e-5", new Float64(1e-5)));
  }

  @ParameterizedTest
  @MethodSource("values")
  void readsEveryType(List<Object> one) {
    assertThat(MetadataOverride.parse("a.b=" + one.getFirst()))
        .isEqualTo(new MetadataOverride("a.b", (MetadataValue) one.getLast()));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "int:-1, int",
        "int:4294967296, int",
        "int:4k, int",
        "int:, int",
        "float:fast, float",
        "bool:yes, bool",
        "u8:256, u8",
        "i8:128, i8",
        "u64:-1, u64",
        "i64:9223372036854775808, i64"
      })
  void refusesWhatDoesNotFitTheType(String value, String type) {
    assertThatThrownBy(() -> MetadataOverride.parse("a.b=" + value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("\"a.b=" + value + "\": not a value of type " + type);
  }

  @Test
  void refusesOtherForms() {
    String types = "int, float, bool, str, u8, i8, u16, i16, u32, i32, u64, i64, f32, f64";
    for (String text : List.of("", "a", "a=1", "=int:1", "a:int=1")) {
      assertThatThrownBy(() -> MetadataOverride.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "\"" + text + "\" is not of the form KEY=TYPE:VALUE, with a TYPE of " + types);
    }
    assertThatThrownBy(() -> MetadataOverride.parse("a=arr:1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no type \"arr\" of metadata; there are " + types);
  }

  @Test
  void goesLastOrStaysInPlace() {
    SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("a", new Uint8(1));
    metadata.put("b", new Uint8(2));
    MetadataOverride.parse("a=u8:3").put(metadata);
    assertThat(metadata.keySet()).containsExactly("a", "b");
    MetadataOverride.parse("a=u8:4").putLast(metadata);
    assertThat(metadata.keySet()).containsExactly("b", "a");
    assertThat(metadata.get("a")).isEqualTo(new Uint8(4));
  }
}
