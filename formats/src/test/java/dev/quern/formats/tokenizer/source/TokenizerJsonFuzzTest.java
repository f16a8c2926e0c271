package dev.quern.formats.tokenizer.source;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.tokenizer.SourceVocabulary;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as tokenizer.json, for the vocabulary and for the tokenizer that judges it.
class TokenizerJsonFuzzTest {
  @TempDir private static Path folder;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.beside(
        SourceVocabulary.class, "byte-fallback/tokenizer.json", "byte-level/tokenizer.json");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.write(folder.resolve("tokenizer.json"), bytes);
    FuzzSeeds.readOrRefused(() -> SourceVocabulary.read(folder, 512, Optional.empty()));
    FuzzSeeds.readOrRefused(TokenizerJsonFuzzTest::encode);
  }

  private static void encode() {
    SourceTokenizer tokenizer = SourceTokenizers.open(folder);
    try {
      tokenizer.encode("A text, 123!  ça ñ\n\t<s>", true);
    } catch (IllegalArgumentException e) {
      // it says that the tokenizer itself would fail on the text
      if (e.getMessage() == null) {
        throw e;
      }
    }
  }
}
