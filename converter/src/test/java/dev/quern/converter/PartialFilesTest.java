package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.gguf.GgufLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PartialFilesTest {
  @TempDir private Path folder = Path.of("");

  @Test
  void appearTogether() throws IOException {
    try (PartialFiles files = new PartialFiles()) {
      for (String name : List.of("a", "b")) {
        files.add(part(name)).write(ByteBuffer.wrap(new byte[] {1}), 0);
      }
      assertThat(names()).allMatch(name -> name.endsWith(".part"));
      files.commit();
    }
    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void noneAppearsWhenOneCannotHaveItsName() throws IOException {
    Files.createDirectories(folder.resolve("b/inside"));
    try (PartialFiles files = new PartialFiles()) {
      files.add(part("a"));
      files.add(part("b"));
      assertThatThrownBy(files::commit).isInstanceOf(IOException.class);
    }
    assertThat(names()).containsExactly("b");
  }

  @Test
  void nothingIsLeftWhenTheyAreNotCommitted() throws IOException {
    try (PartialFiles files = new PartialFiles()) {
      files.add(part("a"));
      files.add(part("b"));
    }
    assertThat(names()).isEmpty();
  }

  private PlannedPart part(String name) {
    return new PlannedPart(folder.resolve(name), GgufLayout.of(Map.of(), List.of()), List.of());
  }

  private List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
