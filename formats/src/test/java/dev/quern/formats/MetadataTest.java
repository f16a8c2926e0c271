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
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MetadataTest {
  private static final Map<String, MetadataValue> WHOLE =
      Map.of(
          "u8", new Uint8(7),
          "i8", new Int8((byte) 7),
          "u16", new Uint16(7),
          "i16", new Int16((short) 7),
          "u32", new Uint32(7),
          "i32", new Int32(7),
          "u64", new Uint64(7),
          "i64", new Int64(7));
  private static final Metadata METADATA = new Metadata(Path.of("m.gguf"), values());

  private static Map<String, MetadataValue> values() {
    Map<String, MetadataValue> values = new HashMap<>(WHOLE);
    values.put("f32", new Float32(0.5f));
    values.put("f64", new Float64(0.5));
    values.put("bool", new Bool(true));
    values.put("text", new Text("x"));
    values.put("big", new Uint64(-1));
    values.put("texts", Array.ofTexts(List.of("a", "b")));
    values.put("ints", Array.ofInt32(List.of(1, 2)));
    values.put("floats", Array.ofFloat32(List.of(1.5f)));
    return values;
  }

  @Test
  void readsAWholeNumberOfAnyIntegerType() {
    WHOLE.keySet().forEach(key -> assertThat(METADATA.integer(key)).isEqualTo(7));
    WHOLE.keySet().forEach(key -> assertThat(METADATA.number(key)).isEqualTo(7));
    assertThat(METADATA.optionalInteger("u32")).hasValue(7);
  }

  @Test
  void readsOtherTypes() {
    assertThat(METADATA.number("f32")).isEqualTo(0.5);
    assertThat(METADATA.optionalNumber("f64")).hasValue(0.5);
    assertThat(METADATA.flag("bool")).isTrue();
    assertThat(METADATA.optionalFlag("bool")).contains(true);
    assertThat(METADATA.text("text")).isEqualTo("x");
    assertThat(METADATA.optionalText("text")).contains("x");
    assertThat(METADATA.texts("texts")).containsExactly("a", "b");
    assertThat(METADATA.integers("ints")).containsExactly(1, 2);
    assertThat(METADATA.floats("floats")).containsExactly(1.5f);
    assertThat(METADATA.floats("ints")).containsExactly(1, 2);
  }

  @Test
  void isEmptyWhereNothingIs() {
    assertThat(METADATA.has("none")).isFalse();
    assertThat(METADATA.value("none")).isEmpty();
    assertThat(METADATA.optionalInteger("none")).isEmpty();
    assertThat(METADATA.optionalNumber("none")).isEmpty();
    assertThat(METADATA.optionalText("none")).isEmpty();
    assertThat(METADATA.optionalFlag("none")).isEmpty();
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("lookups")
  void refuses(Consumer<Metadata> lookup, String message) {
    assertThatThrownBy(() -> lookup.accept(METADATA))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("m.gguf: metadata " + message);
  }

  static Stream<Arguments> lookups() {
    return Stream.of(
        row(m -> m.integer("none"), "has no key none"),
        row(m -> m.elements("none"), "has no key none"),
        row(m -> m.integer("text"), "text is \"x\" (STRING), not a whole number"),
        row(m -> m.integer("f32"), "f32 is 0.5 (FLOAT32), not a whole number"),
        row(m -> m.integer("big"), "big is 18446744073709551615 (UINT64), not a number below 2^63"),
        row(m -> m.number("bool"), "bool is true (BOOL), not a number"),
        row(m -> m.text("i32"), "i32 is 7 (INT32), not a string"),
        row(m -> m.flag("u8"), "u8 is 7 (UINT8), not true or false"),
        row(m -> m.texts("text"), "text is \"x\" (STRING), not an array"),
        row(m -> m.texts("ints"), "ints is 1 (INT32), not a string"),
        row(m -> m.integers("texts"), "texts is \"a\" (STRING), not a whole number"),
        row(m -> m.floats("texts"), "texts is \"a\" (STRING), not a number"));
  }

  private static Arguments row(Consumer<Metadata> lookup, String message) {
    return Arguments.of(lookup, message);
  }
}
