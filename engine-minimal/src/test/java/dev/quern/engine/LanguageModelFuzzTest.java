package dev.quern.engine;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.gguf.GgufModel;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a model to be run: loaded and given a token, or refused.
class LanguageModelFuzzTest {
  @TempDir static Path folder;

  static Stream<byte[]> seeds() {
    return Stream.of("family/exaone.gguf", "family/deepseek2-lite.gguf", "family/olmoe.gguf")
        .map(LanguageModelFuzzTest::resource);
  }

  private static byte[] resource(String name) {
    try (InputStream in = LanguageModelFuzzTest.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isRunOrRefused(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("m.gguf"), bytes);
    try (GgufModel view = GgufModel.open(file)) {
      run(view);
    } catch (MalformedFileException e) {
      if (String.valueOf(e.getMessage()).contains("\n")) {
        throw new AssertionError("more than one line: " + e.getMessage(), e);
      }
    }
  }

  private static void run(GgufModel view) {
    try (LanguageModel model = LanguageModel.load(view, EngineOptions.exact(1));
        Session session = model.newSession(1)) {
      session.feed(new int[1], 0, 1, 1, new float[model.vocabularySize()]);
    }
  }
}
