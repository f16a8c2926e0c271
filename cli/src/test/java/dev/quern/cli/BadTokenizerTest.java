package dev.quern.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Malformed tokenizers, shown to `convert`.
class BadTokenizerTest {
  @TempDir Path folder;

  static Stream<Damage> tokenizers() {
    return Stream.of(
        Damage.text("empty", "holds nothing, wanted an object", ""),
        Damage.text("not JSON", "not JSON: Unrecognized token 'tokens'", "tokens"),
        Damage.text("an array", "holds an array, wanted an object", "[]"),
        Damage.text("deep", "not JSON: Document nesting depth", "[".repeat(100_000)),
        Damage.cut("not JSON: Unexpected end-of-input in", 5000),
        Damage.json("no model", "model is nothing, wanted an object", json -> json.remove("model")),
        Damage.json(
            "a model that is text",
            "model is a string, wanted an object",
            json -> json.put("model", "BPE")),
        Damage.json(
            "another kind of model",
            "model.type is \"WordLevel\", known",
            json -> json.withObject("/model").put("type", "WordLevel")),
        Damage.json(
            "no vocabulary",
            "model.vocab is nothing, wanted an object",
            json -> json.withObject("/model").remove("vocab")),
        Damage.json(
            "a vocabulary that is a list",
            "model.vocab is an array, wanted an object",
            json -> json.withObject("/model").putArray("vocab").add("a")),
        Damage.json(
            "a token whose number is text",
            "model.vocab[\"a\"] is a string, wanted a token id",
            json -> vocabulary(json).put("a", "b")),
        Damage.json(
            "a negative number",
            "model.vocab[\"a\"] is the number -1, wanted a token id",
            json -> vocabulary(json).put("a", -1)),
        Damage.json(
            "an enormous number",
            "model.vocab[\"a\"] is the number 1099511627776, wanted a token id",
            json -> vocabulary(json).put("a", 1L << 40)),
        Damage.json(
            "a number beyond the embedding",
            "the token \"zzz\" has id 320, but there is room for 320 (vocab_size of",
            json -> vocabulary(json).put("zzz", 320)),
        Damage.json(
            "two tokens with a number",
            "model.vocab[\"zzz\"] is 5, which \"#\" has too",
            json -> vocabulary(json).put("zzz", 5)),
        Damage.json(
            "no merges",
            "model.merges is nothing, wanted an array",
            json -> json.withObject("/model").remove("merges")),
        Damage.json(
            "a merge that is a number",
            "model.merges[53] is the number 7, wanted a string",
            json -> json.withObject("/model").withArray("merges").add(7)),
        Damage.json(
            "a merge of one token",
            "model.merges[53] is \"a\", wanted two texts and a space",
            json -> json.withObject("/model").withArray("merges").add("a")),
        Damage.json(
            "added tokens that are an object",
            "added_tokens is an object, wanted an array",
            json -> json.putObject("added_tokens")),
        Damage.json(
            "an added token without a number",
            "added_tokens[3].id is nothing, wanted a token id",
            json -> json.withArray("added_tokens").addObject().put("content", "<x>")),
        Damage.json(
            "an added token beyond the embedding",
            "the token \"<x>\" has id 400, but there is room for 320 (vocab_size of",
            json ->
                json.withArray("added_tokens").addObject().put("content", "<x>").put("id", 400)),
        Damage.json(
            "an added token that is taken",
            "added token \"<x>\" has id 7, which \"%\" has too",
            json -> json.withArray("added_tokens").addObject().put("content", "<x>").put("id", 7)));
  }

  private static ObjectNode vocabulary(ObjectNode json) {
    return json.withObject("/model/vocab");
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void aBadTokenizerIsRefused(Damage damage) {
    Refusal.of(TinyModel.LLAMA3, "tokenizer.json", damage, folder);
  }

  static Stream<Damage> sentencePieces() {
    byte[] unigram = {10, 0, 18, 2, 24, 1};
    return Stream.of(
        Damage.cut("there are no pieces, so this is no SentencePiece model (at byte 0)", 0),
        Damage.cut("piece 0 has 14 bytes but only", 3),
        Damage.cut(
            "there is no trainer specification behind the pieces: the file is cut short", 2000),
        Damage.text(
            "a text",
            "field 7 has wire type 4, wanted 0, 1, 2 or 5 (at byte 0)",
            "<unk> 0\n<s> 1\n"),
        Damage.bytes(
            "a length of 2^63",
            "piece 0 has 9223372036854775807 bytes but only",
            new byte[] {10, -1, -1, -1, -1, -1, -1, -1, -1, 127}),
        Damage.bytes(
            "a number without end",
            "the length of piece 0 is a number of more than ten bytes (at byte 1)",
            new byte[] {10, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1}),
        Damage.bytes("only an empty piece", "piece 0 has no text (at byte 2)", new byte[] {10, 0}),
        Damage.bytes("a unigram model", "piece 0 has no text (at byte 2)", unigram),
        Damage.bytes(
            "a field of unknown kind",
            "field 1 has wire type 7, wanted 0, 1, 2 or 5 (at byte 0)",
            new byte[] {15, 0}),
        Damage.bytes(
            "a piece that is a number",
            "piece 0 has wire type 0, wanted 2 (at byte 1)",
            new byte[] {8, 1}),
        Damage.bytes(
            "field 0",
            "field number 0 is not one of a protobuf message (at byte 0)",
            new byte[] {2, 0}),
        Damage.bytes(
            "a piece that is not UTF-8",
            "the text of piece 0 is not UTF-8 (at byte 3)",
            new byte[] {10, 3, 10, 1, -1}),
        Damage.replaced("a piece twice", "piece", "<0x41>", "<0x42>"));
  }

  @ParameterizedTest
  @MethodSource("sentencePieces")
  void aBadSentencePieceModelIsRefused(Damage damage) {
    Refusal.of(TinyModel.LLAMA, "tokenizer.model", damage, folder);
  }

  static Stream<Damage> configs() {
    return Stream.of(
        Damage.text("empty", "holds nothing, wanted an object", ""),
        Damage.text("not JSON", "not JSON: Unrecognized token 'bos'", "bos"),
        Damage.text("an array", "holds an array, wanted an object", "[]"),
        Damage.text("deep", "not JSON: Document nesting depth", "[".repeat(100_000)),
        Damage.cut("not JSON: Unexpected end-of-input within/between", 40),
        Damage.bytes(
            "not UTF-8",
            "not well-formed UTF-8",
            new byte[] {'{', '"', 'a', '"', ':', '"', -1, '"', '}'}),
        Damage.json(
            "added tokens that are a list",
            "added_tokens_decoder is an array, wanted an object",
            json -> json.putArray("added_tokens_decoder")),
        Damage.json(
            "an added token whose number is a word",
            "added_tokens_decoder[\"one\"] is not named by a token id",
            json -> json.putObject("added_tokens_decoder").putObject("one").put("content", "<x>")),
        Damage.text("two documents", "not JSON: goes on after the object", "{} {}"),
        Damage.text(
            "a name twice",
            "not JSON: Duplicate field 'bos_token'",
            "{\"bos_token\":\"a\",\"bos_token\":\"b\"}"),
        Damage.text("a remark", "not JSON: Unexpected character ('/'", "{} // bos"));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void aBadTokenizerConfigIsRefused(Damage damage) {
    Refusal.of(TinyModel.LLAMA, "tokenizer_config.json", damage, folder);
  }
}
