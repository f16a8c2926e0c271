package dev.quern.formats.tokenizer.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceTokenizersTest {
  private static final String WORDS =
      "{\"type\":\"WordLevel\",\"unk_token\":\"u\",\"vocab\":{\"u\":0,\"a\":1}}";

  @TempDir private Path folder = Path.of("");

  private SourceTokenizer open(String json) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), json);
    return SourceTokenizers.open(folder);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '!',
      value = {
        "{\"model\":{\"type\":\"Tree\"}}!the model Tree is not known",
        "{\"normalizer\":{\"type\":\"Rot13\"},\"model\":MODEL}!the normalizer Rot13 is not known",
        "{\"pre_tokenizer\":{\"type\":\"Magic\"},\"model\":MODEL}!the pre-tokenizer Magic is not"
            + " known",
        "{\"post_processor\":{\"type\":\"Last\"},\"model\":MODEL}!the post-processor Last is not"
            + " known",
        "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(\"},\"behavior\":\"Isolated\"},\"model\":MODEL}!pre_tokenizer.pattern.Regex"
            + " is \"(\", which cannot be used",
        "{\"pre_tokenizer\":{\"type\":\"Split\",\"pattern\":{\"String\":\"x\"},\"behavior\":\"Odd\"},\"model\":MODEL}!pre_tokenizer.behavior"
            + " is \"Odd\"",
        "{\"normalizer\":{\"type\":\"Precompiled\",\"precompiled_charsmap\":\"AAAA\"},\"model\":MODEL}!is"
            + " no character map",
        "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[\"a b\"]}}!model.merges[0]"
            + " needs the token \"b\"",
        "{\"model\":{\"type\":\"Unigram\",\"vocab\":[[\"a\"]]}}!model.vocab[0] has no score",
        "{\"model\":{\"type\":\"Unigram\",\"unk_id\":1,\"vocab\":[[\"a\",0]]}}!model.unk_id is 1"
      })
  void refusesWhatItDoesNotKnow(String json, String message) {
    assertThatThrownBy(() -> open(json.replace("MODEL", WORDS)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  @Test
  void refusesAFolderWithoutTokenizer() {
    assertThatThrownBy(() -> SourceTokenizers.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("has no tokenizer");
  }

  @Test
  void takesTokensAndFlagsFromTheConfiguration() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"added_tokens_decoder\":{\"2\":{\"content\":\"<x>\",\"lstrip\":true,\"special\":true}}}");

    SourceTokenizer tokenizer =
        open("{\"model\":" + WORDS + ",\"pre_tokenizer\":{\"type\":\"WhitespaceSplit\"}}");

    assertThat(tokenizer.encode("a   <x>a", false)).containsExactly(1, 2, 1);
    assertThat(tokenizer.addedTexts())
        .containsExactly(new SourceTokenizer.AddedText(2, "<x>", false));
    assertThat(tokenizer.text(2)).isEqualTo("<x>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a b", " ", "\n", "é"})
  @Timeout(30)
  void takesLongLinesInStride(String part) throws IOException {
    String byteLevel =
        """
        {"model":{"type":"BPE","vocab":{"a":0,"aa":1,"aaaa":2,"Ġ":3,"ĠĠ":4,"b":5,"Ċ":6,"Ã":7,"©":8},
        "merges":["a a","aa aa","Ġ Ġ"]},
        "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","behavior":"Isolated","pattern":
        {"Regex":"[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"}},
        {"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}}
        """;
    String text = part.repeat(500_000 / part.length());

    assertThat(open(byteLevel).encode(text, false)).hasSizeGreaterThan(100_000);
  }

  @Test
  void saysThatARegexMatchesTooMuch() throws IOException {
    SourceTokenizer tokenizer =
        open(
            """
            {"model":{"type":"BPE","vocab":{"a":0},"merges":[]},"pre_tokenizer":
            {"type":"Split","behavior":"Isolated","pattern":{"Regex":"(?:a|ab|a\\\\p{M}*)+"}}}
            """);

    assertThatThrownBy(() -> tokenizer.encode("a".repeat(1_000_000), false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("matches more at once than can be kept track of");
  }
}
