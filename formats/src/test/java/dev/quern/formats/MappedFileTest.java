package dev.quern.formats;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MappedFileTest {
  @TempDir Path folder;

  @Test
  void mapsAFile() throws IOException {
    Path path = Files.writeString(folder.resolve("file"), "abc");
    try (MappedFile file = MappedFile.open(path)) {
      assertThat(file.path()).isEqualTo(path);
      assertThat(file.bytes().toArray(JAVA_BYTE)).containsExactly('a', 'b', 'c');
    }
  }

  @Test
  void mapsAnEmptyFile() throws IOException {
    try (MappedFile file = MappedFile.open(Files.createFile(folder.resolve("empty")))) {
      assertThat(file.bytes().byteSize()).isZero();
    }
  }

  @Test
  void refusesAFileThatIsNotThere() {
    Path path = folder.resolve("missing");
    assertThatThrownBy(() -> MappedFile.open(path))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(path + ": no such file");
  }

  @Test
  void refusesAFolder() {
    assertThatThrownBy(() -> MappedFile.open(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(folder + ": a folder, not a file");
  }

  @Test
  void showsControlCharactersAsEscapesAndCutsWhatIsFarTooLong() {
    assertThat(new MalformedFileException(Path.of("m"), "name is a\nb\u001b[1m"))
        .hasMessage("m: name is a\\u000ab\\u001b[1m");
    assertThat(new MalformedFileException(Path.of("m"), "x".repeat(5000)).getMessage())
        .hasSize(2003)
        .endsWith("x...");
  }
}
