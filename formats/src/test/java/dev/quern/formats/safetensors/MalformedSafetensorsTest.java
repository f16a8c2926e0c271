package dev.quern.formats.safetensors;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedSafetensorsTest {
  @ParameterizedTest(name = "{1}")
  @MethodSource({"lengths", "texts", "entries", "layouts", "limits"})
  void refuses(byte[] file, String message) {
    assertThatThrownBy(
            () ->
                SafetensorsFile.read(
                    Path.of("m.safetensors"), MemorySegment.ofArray(file), new HeapBudget(1 << 16)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("m.safetensors: " + message);
  }

  static Stream<Arguments> lengths() {
    byte[] empty = "{}".getBytes(UTF_8);
    return Stream.of(
        arguments(new byte[0], "the file has 0 bytes, safetensors files have at least 10"),
        arguments(new byte[7], "the file has 7 bytes, safetensors files have at least 10"),
        arguments(
            new byte[8],
            "header length is 0, wanted 2 to 100000000 (at byte 0): not a safetensors file"),
        arguments(
            SafetensorsBytes.file(-1, empty, 0),
            "header length is 18446744073709551615, wanted 2 to 100000000 (at byte 0): not a"
                + " safetensors file"),
        arguments(
            SafetensorsBytes.file(1L << 60, empty, 0),
            "header length is 1152921504606846976, wanted 2 to 100000000 (at byte 0): not a"
                + " safetensors file"),
        arguments(
            SafetensorsBytes.file(100_000_000, empty, 0),
            "header length is 100000000 but only 2 bytes follow (at byte 0): the file is cut short,"
                + " fetch it again"));
  }

  static Stream<Arguments> texts() {
    return Stream.of(
        row(" {}", 0, "header begins with byte 32, not with '{' (at byte 8)"),
        arguments(
            SafetensorsBytes.file("{\"\u00ff\":1}".getBytes(ISO_8859_1), 0),
            "the JSON text from byte 8 is not well-formed UTF-8"),
        row("{\"a\":1", 0, "tensor a is 1, not an object (at byte 13)"),
        row(
            "{ ",
            0,
            "not JSON: Unexpected end-of-input: expected close marker for Object (at byte 10)"),
        row(
            "{'a':1}",
            0,
            "not JSON: Unexpected character (''' (code 39)): was expecting double-quote to start"
                + " field name (at byte 9)"),
        row(
            "{} x",
            0,
            "not JSON: Unrecognized token 'x': was expecting (JSON String, Number (or 'NaN'/'+INF'/'-INF'), Array,"
                + " Object or token 'null', 'true' or 'false') (at byte 12)"),
        row("{}{}", 0, "the JSON text goes on after its end with an object (at byte 10)"),
        row("{\"__metadata__\":[]}", 0, "__metadata__ is an array, not an object (at byte 24)"),
        row(
            "{\"__metadata__\":{\"format\":1}}",
            0,
            "__metadata__ format is 1, not a string (at byte 34)"),
        row(
            entry("é", "U8", "[1]", "[0,1]").replace("}}", "},") + "\"é\":1}",
            1,
            "not JSON: Duplicate field 'é' (at byte 66)"));
  }

  static Stream<Arguments> entries() {
    return Stream.of(
        row("{\"a\":{}}", 0, "tensor a lacks one of dtype, shape and data_offsets (at byte 14)"),
        row(
            entry("a", "F128", "[1]", "[0,1]"),
            1,
            "dtype of a is \"F128\", an unknown type (at byte 22)"),
        row("{\"a\":{\"dtype\":8}}", 0, "dtype of a is 8, not a string (at byte 22)"),
        row(
            entry("a", "U8", "[-1]", "[0,1]"),
            1,
            "shape of a is -1, not a whole number of at least 0 and below 2^63 (at byte 36)"),
        row(
            entry("a", "U8", "[1.5]", "[0,1]"),
            1,
            "shape of a is 1.5, not a whole number of at least 0 and below 2^63 (at byte 36)"),
        row(
            entry("a", "U8", "[9223372036854775808]", "[0,1]"),
            1,
            "shape of a is 9223372036854775808, not a whole number of at least 0 and below 2^63 (at"
                + " byte 36)"),
        row(entry("a", "U8", "1", "[0,1]"), 1, "shape of a is 1, not an array (at byte 35)"),
        row(
            entry("a", "U8", "[1,1,1,1,1,1,1,1,1]", "[0,1]"),
            1,
            "shape of a has more than 8 numbers (at byte 52)"),
        row(
            entry("a", "U8", "[1]", "[0]"),
            1,
            "data_offsets of a are [0], wanted two numbers (at byte 57)"),
        row(
            entry("a", "U8", "[1]", "[0,1,2]"),
            1,
            "data_offsets of a has more than 2 numbers (at byte 59)"),
        row(entry("a", "U8", "[1]", "[1,0]"), 1, "tensor a ends at 0, before its begin at 1"),
        row(
            entry("a", "F32", "[2,3]", "[0,20]"),
            20,
            "tensor a has 20 bytes in data_offsets but F32 [2, 3] takes 24"),
        row(entry("a", "F4", "[3]", "[0,2]"), 2, "tensor a has 3 elements of F4, no whole bytes"),
        row(
            entry("a", "F32", "[4294967296,4294967296]", "[0,0]"),
            0,
            "tensor a of shape [4294967296, 4294967296] has more than 2^63 bytes"),
        row(
            entry("a", "F64", "[2305843009213693952]", "[0,0]"),
            0,
            "tensor a of shape [2305843009213693952] has more than 2^63 bytes"));
  }

  static Stream<Arguments> layouts() {
    return Stream.of(
        row(
            two("[0,4]", "[2,6]"),
            6,
            "tensor b begins at 2 but 4 is next: it overlaps the tensor before it"),
        row(
            two("[0,4]", "[8,12]"),
            12,
            "tensor b begins at 8 but 4 is next: it leaves a hole before it"),
        row(
            two("[4,8]", "[8,12]"),
            12,
            "tensor a begins at 4 but 0 is next: it leaves a hole before it"),
        row(
            two("[0,4]", "[4,8]"),
            5,
            "tensors take 8 bytes but 5 follow the header, 3 are missing: the file is cut short,"
                + " fetch it again"),
        row(
            two("[0,4]", "[4,8]"),
            9,
            "tensors take 8 bytes but 9 follow the header, 1 at the end belong to no tensor"),
        row(
            "{}",
            1,
            "tensors take 0 bytes but 1 follow the header, 1 at the end belong to no tensor"));
  }

  static Stream<Arguments> limits() {
    String tooMany =
        "would fill more than the 65536 bytes of memory that may be used for it; if the"
            + " file is what it should be, give Java more (-Xmx)";
    StringBuilder many = new StringBuilder("{");
    for (int i = 0; i < 200; i++) {
      many.append(entry("t" + i, "U8", "[0]", "[0,0]").replace("{\"t", "\"t").replace("}}", "},"));
    }
    many.setCharAt(many.length() - 1, '}');
    String deep = "[".repeat(100) + "]".repeat(100);
    return Stream.of(
        row(many.toString(), 0, "its table of tensors " + tooMany),
        row(
            "{\"__metadata__\":{\"a\":\"" + "x".repeat(40_000) + "\"}}",
            0,
            "its __metadata__ " + tooMany),
        row(
            "{\"a\":{\"x\":" + deep + "}}",
            0,
            "not JSON: Document nesting depth (65) exceeds the maximum allowed (64) (at byte 81)"),
        row(
            "{\"" + "x".repeat(70_000) + "\":1}",
            0,
            "not JSON: Name length (70000) exceeds the maximum allowed (65536) (at byte 70011)"));
  }

  private static Arguments row(String header, int data, String message) {
    return arguments(SafetensorsBytes.file(header, data), message);
  }

  private static String entry(String name, String dtype, String shape, String offsets) {
    return "{\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":%s}}"
        .formatted(name, dtype, shape, offsets);
  }

  private static String two(String a, String b) {
    return entry("a", "F32", "[1]", a).replace("}}", "},")
        + entry("b", "F32", "[1]", b).substring(1);
  }
}
