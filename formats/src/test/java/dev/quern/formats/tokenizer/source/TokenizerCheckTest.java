package dev.quern.formats.tokenizer.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.tokenizer.SourceVocabulary;
import dev.quern.formats.tokenizer.Tokenizer;
import dev.quern.formats.tokenizer.Tokenizers;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerCheckTest {
  private static Path folder(String name) {
    try {
      return Path.of(SourceVocabulary.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Map<String, MetadataValue> metadata(String name, int size) {
    return new LinkedHashMap<>(
        SourceVocabulary.read(folder(name), size, Optional.empty()).metadata());
  }

  private static TokenizerCheck check(String name, Map<String, MetadataValue> metadata) {
    Tokenizer gguf = Tokenizers.fromMetadata(name, metadata);
    return new TokenizerCheck(SourceTokenizers.open(folder(name)), gguf).difficultTexts();
  }

  @ParameterizedTest
  @CsvSource({"byte-level,440", "byte-fallback,440", "spm,440"})
  void findsThatAConversionIsTrue(String name, int size) {
    TokenizerCheck.Result result = check(name, metadata(name, size)).result();

    assertThat(result.differences()).isEmpty();
    assertThat(result.texts()).isGreaterThan(38);
    assertThat(result.tokens()).isGreaterThan(2500);
  }

  @Test
  void findsAnotherPreTokenizer() {
    Map<String, MetadataValue> metadata = metadata("byte-level", 440);
    metadata.put("tokenizer.ggml.pre", new Text("starcoder"));

    TokenizerCheck.Result result = check("byte-level", metadata).result();

    assertThat(result.differences()).isNotEmpty();
    assertThat(result.differences().getFirst().source())
        .isNotEqualTo(result.differences().getFirst().gguf());
  }

  @Test
  void showsTheLineAndTheTokens() {
    Map<String, MetadataValue> metadata = metadata("byte-level", 440);
    if (metadata.get("tokenizer.ggml.merges") instanceof Array(int type, List<MetadataValue> all)) {
      List<MetadataValue> fewer = new ArrayList<>(all);
      fewer.remove(new Text("Ġ t"));
      metadata.put("tokenizer.ggml.merges", new Array(type, fewer));
    }

    Tokenizer gguf = Tokenizers.fromMetadata("byte-level", metadata);
    TokenizerCheck.Result result =
        new TokenizerCheck(SourceTokenizers.open(folder("byte-level")), gguf)
            .text("poem", "abc\nabc tea\nabc")
            .result();

    assertThat(result.differences()).hasSize(1);
    TokenizerDifference difference = result.differences().getFirst();
    assertThat(difference.where()).isEqualTo("poem, line 2");
    assertThat(difference.around()).isEqualTo("abc tea");
    assertThat(difference.source())
        .contains(new TokenizerDifference.Token(id(metadata, "Ġt"), "Ġt"));
  }

  private static int id(Map<String, MetadataValue> metadata, String token) {
    return metadata.get("tokenizer.ggml.tokens") instanceof Array tokens
        ? tokens.values().indexOf(new Text(token))
        : -1;
  }
}
