package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that are not what they must be: each gives one line that says what is wrong and where.
class MalformedTokenizerFilesTest {
  private static final String UNKNOWN = "0a090a053c756e6b3e1802"; // piece "<unk>" of type 2

  @TempDir Path folder;

  private void expect(String file, byte[] content, String message) throws IOException {
    Path path = folder.resolve(file);
    Files.write(path, content);
    assertThatThrownBy(() -> SourceVocabulary.read(folder, 8, Optional.empty()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(path + ": " + message);
  }

  private void expect(String file, String content, String message) throws IOException {
    expect(file, content.getBytes(StandardCharsets.UTF_8), message);
  }

  private static byte[] bytes(String hex) {
    return java.util.HexFormat.of().parseHex(hex);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | there are no pieces, so this is no SentencePiece model (at byte 0)",
        "0a | the length of piece 0 ends in the middle of a number (at byte 1)",
        "0a05 | piece 0 has 5 bytes but only 0 follow (at byte 1)",
        "0affffffffffffffffff01 | piece 0 has 18446744073709551615 bytes but only 0 follow (at byte"
            + " 1)",
        "0a03 0a0561 | the text of piece 0 has 5 bytes but only 1 follow (at byte 3)",
        "0a04 0a02c328 | the text of piece 0 is not UTF-8 (at byte 3)",
        "0a02 1801 | piece 0 has no text (at byte 4)",
        "0a03 150000 | the score of piece 0 has 4 bytes but only 2 follow (at byte 3)",
        "0a08 0a0161150000c07f | the score of piece 0 is NaN, wanted a finite number (at byte 10)",
        "0a05 0a01611000 | the score of piece 0 has wire type 0, wanted 5 (at byte 6)",
        "0a05 0a01611809 | the type of piece 0 is 9, wanted 1 to 6 (at byte 7)",
        "0a05 0a01611806 | 'piece 0 is a byte written \"a\", wanted <0x00> to <0xFF> (at byte 7)'",
        "0a03 0a0161 0a03 0a0161 | 'piece 1 is \"a\", as piece 0 is (at byte 10)'",
        "0a03 0a0161 | 0 pieces are of type unknown, wanted 1 (at byte 5)",
        "0b | field 1 has wire type 3, wanted 0, 1, 2 or 5 (at byte 0)",
        "02 | field number 0 is not one of a protobuf message (at byte 0)",
        "ffffffffffffffffffff01 | a field key is a number of more than ten bytes (at byte 0)",
        "2d0000 | field 5 has 4 bytes but only 2 follow (at byte 1)",
        "290000 | field 5 has 8 bytes but only 2 follow (at byte 1)",
        "1202 1807 | the kind of model is 7, wanted 1 to 4 (at byte 4)",
        "1202 1a00 | the kind of model has wire type 2, wanted 0 (at byte 3)",
        "1a03 0a01ff | the name of the normalizer is not UTF-8 (at byte 3)",
        "7b226d6f64656c223a20317d | field 15 has wire type 3, wanted 0, 1, 2 or 5 (at byte 0)",
      })
  void sentencePieceModel(String hex, String message) throws IOException {
    expect("tokenizer.model", bytes(hex.replace(" ", "")), message);
  }

  @Test
  void sentencePieceModelOfAnotherKind() throws IOException {
    expect(
        "tokenizer.model",
        bytes(UNKNOWN + "12021803"),
        "is a SentencePiece model of kind word, which no tokenizer of GGUF's is, wanted BPE or"
            + " unigram");
  }

  private static final String MODEL = "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": []";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | holds an array, wanted an object",
        "{ | 'not JSON: Unexpected end-of-input: expected close marker for Object (line 1, column"
            + " 2)'",
        "{} x | 'not JSON: Unrecognized token ''x'': was expecting (JSON String, Number (or"
            + " ''NaN''/''+INF''/''-INF''), Array, Object or token ''null'', ''true'' or ''false'')"
            + " (line 1, column 5)'",
        "{} | 'model is nothing, wanted an object'",
        "{\"model\": \"BPE\"} | 'model is a string, wanted an object'",
        "{\"model\": {\"type\": 1}} | 'model.type is the number 1, wanted a string'",
        "{\"model\": {\"type\": \"Unigram\"}} | 'model.type is \"Unigram\", known is \"BPE\"'",
        "{\"model\": {\"end_of_word_suffix\": \"</w>\"}} | 'model.end_of_word_suffix is \"</w>\","
            + " which GGUF cannot express'",
        "{\"model\": {\"ignore_merges\": \"yes\"}} | 'model.ignore_merges is a string, wanted true"
            + " or false'",
        "{\"model\": {\"vocab\": []}} | 'model.vocab is an array, wanted an object'",
        "{\"model\": {\"vocab\": {}}} | 'model.vocab is empty'",
        "{\"model\": {\"vocab\": {\"a\": \"0\"}}} | 'model.vocab[\"a\"] is a string, wanted a token"
            + " id'",
        "{\"model\": {\"vocab\": {\"a\": -1}}} | 'model.vocab[\"a\"] is the number -1, wanted a"
            + " token id'",
        "{\"model\": {\"vocab\": {\"a\": 99999999999}}} | 'model.vocab[\"a\"] is the number"
            + " 99999999999, wanted a token id'",
        "{\"model\": {\"vocab\": {\"a\": 0, \"b\": 0}}} | 'model.vocab[\"b\"] is 0, which \"a\" has"
            + " too'",
        "{\"model\": {\"vocab\": {\"a\": 0}}} | 'model.merges is nothing, wanted an array'",
        "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [\"a\"]}} | 'model.merges[0] is \"a\","
            + " wanted two texts and a space'",
        "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [\"a b c\"]}} | 'model.merges[0] is \"a b"
            + " c\", wanted two texts and a space'",
        "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [[\"a\"]]}} | 'model.merges[0] has 1"
            + " texts, wanted 2'",
        "{\"model\": {\"vocab\": {\"a\": 0}, \"merges\": [1]}} | 'model.merges[0] is the number 1,"
            + " wanted a string'",
        "{\"added_tokens\": {}} | 'added_tokens is an object, wanted an array'",
        "{\"added_tokens\": [1]} | 'added_tokens[0] is the number 1, wanted an object'",
        "{\"added_tokens\": [{\"id\": 1}]} | 'added_tokens[0].content is nothing, wanted a string'",
        "{\"added_tokens\": [{\"id\": 1.5, \"content\": \"x\"}]} | 'added_tokens[0].id is the"
            + " number 1.5, wanted a token id'",
        "{\"added_tokens\": [{\"id\": 1, \"content\": \"x\", \"special\": 1}]} |"
            + " 'added_tokens[0].special is the number 1, wanted true or false'",
      })
  void tokenizerJson(String json, String message) throws IOException {
    expect("tokenizer.json", json, message);
  }

  @Test
  void tokenizerJsonThatContradictsItself() throws IOException {
    expect(
        "tokenizer.json",
        MODEL + "}, \"added_tokens\": [{\"id\": 0, \"content\": \"x\"}]}",
        "added token \"x\" has id 0, which \"a\" has too");
    expect(
        "tokenizer.json",
        MODEL + "}, \"added_tokens\": [{\"id\": 1, \"content\": \"a\"}]}",
        "added token \"a\" has id 1, but model.vocab gives it 0");
    expect(
        "tokenizer.json",
        "{\"model\": {\"vocab\": {\"a\": 0, \"a\": 1}}}",
        "not JSON: Duplicate field 'a' (line 1, column 30)");
    expect(
        "tokenizer.json",
        MODEL + "}, \"pre_tokenizer\": {\"type\": 1}}",
        "pre_tokenizer.type is the number 1, wanted a string");
    expect(
        "tokenizer.json",
        MODEL + "}, \"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": {}}}",
        "pre_tokenizer.pretokenizers is an object, wanted an array");
  }

  @Test
  void tokenizerJsonNestedWithoutEnd() throws IOException {
    expect(
        "tokenizer.json",
        "{\"model\": " + "[".repeat(100_000),
        "not JSON: Document nesting depth (1001) exceeds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokenizer_config.json | [] | 'holds an array, wanted an object'",
        "tokenizer_config.json | null | 'holds null, wanted an object'",
        "tokenizer_config.json | '\"x\"' | 'holds a string, wanted an object'",
        "tokenizer_config.json | {\"add_prefix_space\": \"no\"} | 'add_prefix_space is a string,"
            + " wanted true or false'",
        "tokenizer_config.json | {\"tokenizer_class\": 1} | 'tokenizer_class is the number 1,"
            + " wanted a string'",
        "tokenizer_config.json | {\"added_tokens_decoder\": []} | 'added_tokens_decoder is an"
            + " array, wanted an object'",
        "tokenizer_config.json | {\"added_tokens_decoder\": {\"x\": {}}} |"
            + " 'added_tokens_decoder[\"x\"] is not named by a token id'",
        "tokenizer_config.json | {\"added_tokens_decoder\": {\"1\": 2}} |"
            + " 'added_tokens_decoder[\"1\"] is the number 2, wanted an object'",
        "tokenizer_config.json | {\"added_tokens_decoder\": {\"1\": {}}} |"
            + " 'added_tokens_decoder[\"1\"].content is nothing, wanted a string'",
        "tokenizer_config.json | {\"added_tokens_decoder\": {\"1\": {\"content\": \"a\","
            + " \"special\": 0}}} | 'added_tokens_decoder[\"1\"].special is the number 0, wanted"
            + " true or false'",
        "tokenizer_config.json | {\"extra_special_tokens\": [1]} | 'extra_special_tokens[0] is the"
            + " number 1, wanted a string'",
        "tokenizer_config.json | {\"a\": 1, \"a\": 2} | 'not JSON: Duplicate field ''a'' (line 1,"
            + " column 10)'",
      })
  void configuration(String file, String json, String message) throws IOException {
    expect(file, json, message);
  }

  @Test
  void filesBesideTheConfiguration() throws IOException {
    Files.write(folder.resolve("tokenizer.model"), bytes(UNKNOWN + "12021802"));
    expect("added_tokens.json", "{\"<x>\": \"1\"}", "\"<x>\" is a string, wanted a token id");
    expect("added_tokens.json", "[]", "holds an array, wanted an object");
    Files.delete(folder.resolve("added_tokens.json"));
    expect("config.json", "{\"pad_token_id\": -1}", "pad_token_id is -1, wanted a token id");
    expect(
        "config.json",
        "{\"eos_token_id\": 5000000000}",
        "eos_token_id is 5000000000, wanted a token id");
    Files.delete(folder.resolve("config.json"));
    Files.writeString(folder.resolve("tokenizer_config.json"), "{}");
    expect("chat_template.json", "7", "holds the number 7, wanted an object");
    expect("chat_template.jinja", bytes("c328"), "is not UTF-8");
  }
}
