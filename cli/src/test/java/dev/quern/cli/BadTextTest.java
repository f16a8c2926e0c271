package dev.quern.cli;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Texts that nothing can be measured on, and files of tokens that are none.
class BadTextTest {
  @TempDir Path folder;

  static Stream<Damage> texts() {
    return Stream.of(
        Damage.cut("the text is only 1 tokens, and a context of 64 needs at least 128", 0),
        Damage.text(
            "a line feed",
            "the text is only 1 tokens, and a context of 64 needs at least 128",
            "\n"),
        Damage.text(
            "too short",
            "the text is only 8 tokens, and a context of 64 needs at least 128",
            "the mill"),
        Damage.bytes(
            "a byte order mark of UTF-16",
            "byte 0xff is not UTF-8 (at byte 0)",
            new byte[] {-1, -2, 'a', 0, 'b', 0}),
        Damage.bytes(
            "Latin-1",
            "byte 0xe9 is not UTF-8 (at byte 1)",
            new byte[] {'a', (byte) 0xe9, 'b', ' ', 'c'}),
        Damage.bytes(
            "a byte of another character",
            "byte 0x80 is not UTF-8 (at byte 1)",
            new byte[] {'a', (byte) 0x80, 'b'}),
        Damage.bytes(
            "too many bytes for a character",
            "byte 0xc0 is not UTF-8 (at byte 0)",
            new byte[] {(byte) 0xc0, (byte) 0x80, 'b'}),
        Damage.bytes(
            "half a pair",
            "byte 0xed is not UTF-8 (at byte 0)",
            new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80, 'b'}),
        Damage.bytes(
            "beyond Unicode",
            "byte 0xf5 is not UTF-8 (at byte 0)",
            new byte[] {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80, 'b'}),
        new Damage(
            "spoiled in the middle",
            "byte 0xff is not UTF-8 (at byte 700)",
            text -> {
              byte[] copy = text.clone();
              copy[700] = (byte) 0xff;
              return copy;
            }));
  }

  @ParameterizedTest
  @MethodSource("texts")
  void aBadTextIsRefused(Damage damage) {
    Path text = TinyModel.text(folder, 2000);

    Refusal.of(text, damage, "verify", TinyModel.LLAMA, "--text", text, "--ctx", 64);
  }

  static Stream<Damage> tokens() {
    return Stream.of(
        Damage.cut("the file has 0 bytes, safetensors files have at least 10", 0),
        Damage.cut("the file has 4 bytes, safetensors files have at least 10", 4),
        Damage.cut("tensors take 123648 bytes but 248 follow the header, 123400 are", 400),
        Damage.header("no tokens", "has no tensor input_ids", "\"input_ids\"", "\"output_ids\""),
        Damage.header(
            "tokens as fractions", "input_ids has type F64, wanted I64 or I32", "I64", "F64"),
        Damage.header("two rows", "input_ids is 48 x 2", "\"shape\":[1,96]", "\"shape\":[2,48]"),
        Damage.header(
            "a hole",
            "tensor input_ids has 760 bytes in data_offsets but I64 [1, 96] takes",
            "\"data_offsets\":[0,",
            "\"data_offsets\":[8,"),
        Damage.bytes("a negative token", "input_ids has token -1 at 1", ids(1, -1)),
        Damage.bytes(
            "a token beyond the vocabulary",
            "input_ids has token 320 at 1, and the model 320 tokens",
            ids(1, 320)),
        Damage.bytes(
            "an enormous token", "input_ids has token 1099511627776 at 1", ids(1, 1L << 40)),
        Damage.bytes("no token", "input_ids is 0 x 1", ids()));
  }

  private static byte[] ids(long... ids) {
    return Tokens.file(ids);
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void aBadFileOfTokensIsRefused(Damage damage) {
    Path tokens =
        TinyModel.write(
            folder.resolve("tokens.safetensors"),
            TinyModel.bytes(TinyModel.LLAMA.resolve("expected.safetensors")));
    Path out = folder.resolve("out");

    Refusal.of(tokens, damage, "logits", TinyModel.LLAMA, "--tokens", tokens, "-o", out);

    org.assertj.core.api.Assertions.assertThat(out).doesNotExist();
  }
}
