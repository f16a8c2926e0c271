package dev.quern.formats.gguf;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedGgufTest {
  private static final String TOO_MUCH =
      " would fill more than the 65536 bytes of memory that may be used for it; if the file is what"
          + " it should be, give Java more (-Xmx)";

  @ParameterizedTest(name = "{1}")
  @MethodSource({"beginnings", "pairs", "arrays", "alignments", "tensors", "places", "limits"})
  void refuses(GgufBytes file, String message) {
    assertThatThrownBy(
            () -> GgufFile.read(Path.of("m.gguf"), file.segment(), new HeapBudget(1 << 16)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("m.gguf: " + message);
  }

  static Stream<Arguments> beginnings() {
    return Stream.of(
        arguments(new GgufBytes(), "the file has 0 bytes, a GGUF file has at least 16"),
        arguments(
            new GgufBytes().text("PK\u0003\u0004"),
            "not a GGUF file: it begins with bytes 50 4b 03 04, wanted 47 47 55 46 (at byte 0)"),
        arguments(
            new GgufBytes().text("tjgg").int32(3),
            "a GGML file from before GGUF, which cannot be read"),
        arguments(
            new GgufBytes().text("GGUF").raw((byte) 3),
            "version has 4 bytes but only 1 follow: the file is cut short (at byte 4)"),
        arguments(
            new GgufBytes().text("GGUF").raw((byte) 0, (byte) 0, (byte) 0, (byte) 3).zeros(16),
            "a big-endian GGUF file, which cannot be read: fetch or make a little-endian one (at byte"
                + " 4)"),
        arguments(GgufBytes.version(0, 0, 0), "version is 0, wanted 1 to 3 (at byte 4)"),
        arguments(GgufBytes.version(4, 0, 0), "version is 4, wanted 1 to 3 (at byte 4)"),
        arguments(
            new GgufBytes().text("GGUF").int32(3).int32(0),
            "number of tensors has 8 bytes but only 4 follow: the file is cut short (at byte 8)"),
        arguments(
            GgufBytes.file(1L << 60, 0),
            "number of tensors is 1152921504606846976 but only 8 bytes follow (at byte 8)"),
        arguments(
            GgufBytes.file(0, -1),
            "number of metadata pairs is 18446744073709551615 but only 0 bytes follow (at byte 16)"),
        arguments(
            GgufBytes.version(1, 0, 0xffff_ffffL).zeros(64),
            "number of metadata pairs is 4294967295 but only 64 bytes follow (at byte 12)"));
  }

  static Stream<Arguments> pairs() {
    return Stream.of(
        arguments(GgufBytes.file(0, 1).zeros(13), "key 0 of the metadata is empty (at byte 24)"),
        arguments(
            GgufBytes.file(0, 1).int64(1L << 60).zeros(64),
            "length of key 0 is 1152921504606846976 but only 64 bytes follow (at byte 24)"),
        arguments(
            GgufBytes.file(0, 1).int64(65536).zeros(70000),
            "key 0 has 65536 bytes, wanted at most 65535 (at byte 24)"),
        arguments(
            GgufBytes.file(0, 1).length(2).raw((byte) 0xc3, (byte) 0x28).int32(0).zeros(1),
            "key 0 is not well-formed UTF-8 (at byte 32)"),
        arguments(
            GgufBytes.file(0, 1).key("a", 13).zeros(8),
            "type of a is 13, wanted 0 to 12 (at byte 33)"),
        arguments(
            GgufBytes.file(0, 1).key("a", -1).zeros(8),
            "type of a is 4294967295, wanted 0 to 12 (at byte 33)"),
        arguments(
            GgufBytes.file(0, 1).key("a", 12).zeros(7),
            "a has 8 bytes but only 7 follow: the file is cut short (at byte 37)"),
        arguments(
            GgufBytes.file(0, 1).key("a", 7).raw((byte) 2),
            "a is 2, wanted 0 or 1 for a boolean (at byte 37)"),
        arguments(
            GgufBytes.file(0, 1).key("a", 8).int64(100).zeros(99),
            "length of a is 100 but only 99 bytes follow (at byte 37)"),
        arguments(
            GgufBytes.file(0, 1).key("a", 8).int64((8 << 20) + 1).zeros(9 << 20),
            "a has 8388609 bytes, wanted at most 8388608 (at byte 37)"),
        arguments(
            GgufBytes.file(0, 1).key("a", 8).int64(3).raw((byte) 0xed, (byte) 0xa0, (byte) 0x80),
            "a is not well-formed UTF-8 (at byte 45)"),
        arguments(
            GgufBytes.file(0, 2).key("a", 7).zeros(1).key("a", 7).zeros(1),
            "key a occurs twice in the metadata (at byte 38)"));
  }

  static Stream<Arguments> arrays() {
    return Stream.of(
        arguments(array(99, 0), "type of elements of a is 99, wanted 0 to 12 (at byte 37)"),
        arguments(
            array(0, 1L << 60).zeros(64),
            "length of a is 1152921504606846976 but only 64 bytes follow (at byte 41)"),
        arguments(array(12, 9).zeros(71), "length of a is 9 but only 71 bytes follow (at byte 41)"),
        arguments(
            array(0, (1 << 24) + 1).zeros((1 << 24) + 1),
            "length of a is 16777217, wanted at most 16777216 (at byte 41)"),
        arguments(
            array(7, 3).raw((byte) 0, (byte) 1, (byte) 0x80),
            "a is 128, wanted 0 or 1 for a boolean (at byte 51)"),
        arguments(
            array(8, 2).string("x").int64(5).zeros(3),
            "length of a is 5 but only 3 bytes follow (at byte 58)"),
        arguments(array(8, 1).int64(1).raw((byte) 0xff), "a is not well-formed UTF-8 (at byte 57)"),
        arguments(
            array(9, 1).int32(7).int64(1).raw((byte) 7),
            "a is 7, wanted 0 or 1 for a boolean (at byte 61)"),
        arguments(
            array(9, 1).int32(9).int64(1).int32(9).int64(1).int32(9).int64(1).int32(0).int64(0),
            "a nests arrays more than 4 deep (at byte 85)"));
  }

  static Stream<Arguments> alignments() {
    return Stream.of(
        alignment(4, 0, "0 (UINT32)"),
        alignment(4, 33, "33 (UINT32)"),
        alignment(4, 4, "4 (UINT32)"),
        alignment(4, 2 << 20, "2097152 (UINT32)"),
        alignment(5, 32, "32 (INT32)"));
  }

  static Stream<Arguments> tensors() {
    GgufBytes twice = GgufBytes.file(2, 0).tensor("t", 24, 0, 1).tensor("t", 24, 32, 1);
    return Stream.of(
        arguments(GgufBytes.file(1, 0).zeros(32), "the name of tensor 0 is empty (at byte 24)"),
        arguments(
            GgufBytes.file(1, 0).int64(1L << 61).zeros(64),
            "length of name of tensor 0 is 2305843009213693952 but only 64 bytes follow (at byte 24)"),
        arguments(twice.zeros(64), "tensor t occurs twice (at byte 57)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 0, 0, 1, 1, 1, 1, 1),
            "tensor t has rank 5, wanted at most 4 (at byte 33)"),
        arguments(
            GgufBytes.file(1, 0).string("t").int32(-1).zeros(64),
            "tensor t has rank 4294967295, wanted at most 4 (at byte 33)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 0, 0, -1),
            "extent 0 of t is 18446744073709551615, wanted less than 2^63 (at byte 37)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 0, 0, 1L << 32, 1L << 32),
            "tensor t of extents [4294967296, 4294967296] has 2^63 weights or more (at byte 33)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 28, 0, 1L << 61),
            "tensor t, F64 2305843009213693952, has 2^63 bytes or more (at byte 49)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 12, 0, 100),
            "tensor t has rows of 100 weights, not a whole number of Q4_K blocks of 256 (at byte 49)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 36, 0, 256),
            "tensor t has type 36, which GGML has removed: make the file again from its source (at"
                + " byte 45)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", -1, 0, 256),
            "tensor t has type 4294967295, which is not known here: a newer version may, or make the"
                + " file with another type (at byte 45)"),
        arguments(
            GgufBytes.file(1, 0).string("t").int32(1).int64(8).int32(0),
            "offset of t has 8 bytes but only 0 follow: the file is cut short (at byte 49)"));
  }

  static Stream<Arguments> places() {
    return Stream.of(
        arguments(
            GgufBytes.file(1, 0).tensor("t", 0, 16, 1).align(32).zeros(64),
            "offset of t is 16, wanted a multiple of 32 (at byte 49)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 0, -32, 1).align(32).zeros(64),
            "offset of t is 18446744073709551584, wanted less than 2^63 (at byte 49)"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 0, Long.MAX_VALUE - 31, 1).align(32).zeros(64),
            "tensor t at offset 9223372036854775776 ends past 2^63"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 0, 32, 8).align(32).zeros(63),
            "tensor t lies at bytes 96 to 128 but the file has 127: it is cut short by 1 bytes, fetch"
                + " it again"),
        arguments(
            GgufBytes.file(1, 0).tensor("t", 0, 0, 1),
            "tensor t lies at bytes 64 to 68 but the file has 57: it is cut short by 11 bytes, fetch"
                + " it again"),
        arguments(
            GgufBytes.file(2, 0).tensor("b", 0, 32, 8).tensor("a", 0, 0, 9).align(32).zeros(64),
            "tensor b begins at byte 128 but a ends at byte 132"),
        arguments(
            GgufBytes.file(2, 0).tensor("b", 0, 0, 8).tensor("a", 0, 0, 8).align(32).zeros(64),
            "tensor a begins at byte 96 but b ends at byte 128"));
  }

  static Stream<Arguments> limits() {
    GgufBytes pairs = GgufBytes.file(0, 500);
    GgufBytes tensors = GgufBytes.file(200, 0);
    for (int i = 0; i < 500; i++) {
      pairs.key("k" + i, 7).zeros(1);
      tensors.tensor("t" + i, 24, 0, 0);
    }
    return Stream.of(
        arguments(pairs, "its metadata" + TOO_MUCH),
        arguments(tensors, "its table of tensors" + TOO_MUCH),
        arguments(
            GgufBytes.file(0, 1).key("a", 8).string("x".repeat(40000)), "its metadata" + TOO_MUCH),
        arguments(array(8, 1 << 19).zeros(1 << 22), "its metadata" + TOO_MUCH));
  }

  private static GgufBytes array(int type, long length) {
    return GgufBytes.file(0, 1).key("a", 9).int32(type).int64(length);
  }

  private static Arguments alignment(int type, int value, String found) {
    return arguments(
        GgufBytes.file(0, 1).key("general.alignment", type).int32(value),
        "general.alignment is " + found + ", wanted a power of two from 8 to 1048576 (UINT32)");
  }
}
