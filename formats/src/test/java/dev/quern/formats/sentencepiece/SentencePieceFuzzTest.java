package dev.quern.formats.sentencepiece;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a SentencePiece model.
class SentencePieceFuzzTest {
  @TempDir private static Path folder;

  static Stream<byte[]> seeds() {
    return FuzzSeeds.beside(
        SentencePieceFuzzTest.class, "/dev/quern/formats/tokenizer/spm/tokenizer.model");
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    Path file = FuzzSeeds.write(folder.resolve("tokenizer.model"), bytes);
    FuzzSeeds.readOrRefused(() -> read(file));
  }

  private static void read(Path file) {
    SentencePieceModel.read(file);
  }
}
