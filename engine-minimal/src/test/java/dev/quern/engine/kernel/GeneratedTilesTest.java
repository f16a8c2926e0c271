package dev.quern.engine.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class GeneratedTilesTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/quern/engine/kernel");

  @Test
  void tilesAreAsTheGeneratorWritesThem() throws IOException {
    for (String name : TileSources.all().keySet()) {
      String inTree = Files.readString(SOURCES.resolve(name + ".java"));
      assertThat(withoutBlanks(inTree))
          .as(name)
          .isEqualTo(withoutBlanks(TileSources.all().get(name)));
    }
  }

  /// Comments may be wrapped.
  private static String withoutBlanks(String source) {
    return source.replaceAll("\\s+(///)?", "");
  }
}
