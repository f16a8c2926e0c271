package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.tokenizer.GoldenFolder.Case;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenizerTest {
  private static final int LONG = 2_000_000;

  private final Tokenizer spm = new GoldenFolder("spm").tokenizer();
  private final Tokenizer byteLevel = new GoldenFolder("byte-level").tokenizer();

  @ParameterizedTest
  @ValueSource(strings = {"spm", "byte-level"})
  void encodesAsLlamaTokenizeDoes(String name) {
    GoldenFolder golden = new GoldenFolder(name);
    Tokenizer tokenizer = golden.tokenizer();
    for (Case each : golden.cases()) {
      assertThat(GoldenFolder.encode(tokenizer, each.text(), false))
          .as(each.text())
          .isEqualTo(each.plain());
      assertThat(GoldenFolder.encode(tokenizer, each.text(), true))
          .as(each.text())
          .isEqualTo(each.special());
    }
  }

  /// The libraries look for added tokens as our `parseSpecial` does; a text in which one of them is
  /// handled by a rule of its own is left to the test above.
  @ParameterizedTest
  @ValueSource(strings = {"spm", "byte-fallback", "byte-level"})
  void encodesAsTheLibraryOfTheVocabularyDoes(String name) {
    GoldenFolder golden = new GoldenFolder(name);
    Tokenizer tokenizer = golden.tokenizer();
    int compared = 0;
    for (Case each : golden.cases()) {
      if (!each.text().contains("<s>") && !each.text().contains("<0x")) {
        assertThat(GoldenFolder.encode(tokenizer, each.text(), true))
            .as(each.text())
            .isEqualTo(each.own());
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(20);
  }

  private static String decode(Tokenizer tokenizer, int... ids) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int id : ids) {
      out.writeBytes(tokenizer.decode(id));
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  @Test
  void decodesWhatItEncoded() {
    for (Case each : new GoldenFolder("byte-level").cases()) {
      assertThat(decode(byteLevel, byteLevel.encode(each.text(), false, false)))
          .isEqualTo(each.text());
      assertThat(decode(spm, spm.encode(each.text(), false, false)).trim())
          .isEqualTo(each.text().replace('▁', ' ').trim());
    }
  }

  @Test
  void addsWhatTheMetadataAsksFor() {
    assertThat(spm.addsBos()).isTrue();
    assertThat(spm.addsEos()).isFalse();
    assertThat(spm.encode("", true, false)).containsExactly(1);
    assertThat(byteLevel.addsBos()).isTrue();
    assertThat(byteLevel.addsEos()).isTrue();
    assertThat(byteLevel.encode("", true, false)).containsExactly(1, 420);
    assertThat(byteLevel.bos()).hasValue(1);
    assertThat(byteLevel.eos()).hasValue(420);
  }

  @Test
  void knowsWhichTokensEndAnAnswer() {
    assertThat(spm.isEndOfGeneration(2)).isTrue();
    assertThat(spm.isEndOfGeneration(1)).isFalse();
    assertThat(spm.isEndOfGeneration(-1)).isFalse();
    assertThat(byteLevel.isEndOfGeneration(2)).as("<|end_of_text|>").isTrue();
    assertThat(byteLevel.isEndOfGeneration(420)).as("the end token").isTrue();
  }

  @Test
  void writesControlTokensOnlyWhenAsked() {
    assertThat(spm.decode(1)).isEmpty();
    assertThat(spm.decode(1, true)).asString().isEqualTo("<s>");
    assertThat(spm.decode(3 + 'A')).containsExactly('A');
    assertThatThrownBy(() -> spm.decode(424))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("there is no token 424: the vocabulary has 424");
  }

  @Test
  void takesALoneSurrogateForTheReplacementCharacter() {
    assertThat(byteLevel.encode("a\ud800b", false, false))
        .isEqualTo(byteLevel.encode("a\ufffdb", false, false));
    assertThat(spm.encode("\udc00", false, false)).isEqualTo(spm.encode("\ufffd", false, false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "A", " ", "\n", "漢", "7", ".", "\u0000", "e\u0301", "'s", "😀", "<"})
  void encodesTwoMillionCharactersWithoutALineBreak(String unit) {
    String text = unit.repeat(LONG / unit.length()) + "x";
    for (Tokenizer tokenizer : new Tokenizer[] {spm, byteLevel}) {
      int[] ids =
          Assertions.assertTimeout(
              Duration.ofSeconds(20), () -> tokenizer.encode(text, false, true));
      assertThat(decode(tokenizer, ids[ids.length - 1])).endsWith("x");
    }
  }

  @Test
  void composesCharactersWhereTheVocabularyWantsThem() {
    Map<String, MetadataValue> metadata =
        new LinkedHashMap<>(new GoldenFolder("byte-level").vocabulary().metadata());
    metadata.put("tokenizer.ggml.normalizer.nfc", new MetadataValue.Bool(true));
    Tokenizer composing = Tokenizers.fromMetadata("nfc", metadata);
    assertThat(composing.encode("e\u0301", false, false))
        .isEqualTo(byteLevel.encode("é", false, false));
  }
}
