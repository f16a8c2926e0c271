package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTextTest {
  @TempDir private Path folder;

  @Test
  void readsAFileWithoutItsLastLineFeed() throws IOException {
    EvaluationText text = read("a\nä€𝄞\n\n");

    assertThat(text.text()).isEqualTo("a\nä€𝄞\n");
    assertThat(text.name()).isEqualTo("text.txt");
    assertThat(text.bytes()).isEqualTo(13);
    assertThat(text.sha256()).isEqualTo(Sha256Sums.of(folder.resolve("text.txt")));
    assertThat(read("").text()).isEmpty();
    assertThat(read("\n").text()).isEmpty();
  }

  @Test
  void leavesOutACharacterThatTheEndCutsOff() throws IOException {
    assertThat(read(new byte[] {'a', (byte) 0xe2, (byte) 0x82}).text()).isEqualTo("a");
    assertThat(read(new byte[] {'a', (byte) 0xc3}).text()).isEqualTo("a");
  }

  @Test
  void rejectsBytesThatAreNotUtf8AndSaysWhere() {
    assertThatThrownBy(() -> read("né\n".getBytes(StandardCharsets.ISO_8859_1)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageEndingWith("text.txt: byte 0xe9 is not UTF-8 (at byte 1): give a UTF-8 text");
    assertThatThrownBy(() -> read(new byte[] {'a', 'b', (byte) 0xff, 'c'}))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("0xff is not UTF-8 (at byte 2)");
  }

  @Test
  void saysWhenThereIsNoSuchFile() {
    assertThatThrownBy(() -> EvaluationText.read(folder.resolve("none.txt")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("no such file");
  }

  private EvaluationText read(String text) throws IOException {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private EvaluationText read(byte[] bytes) throws IOException {
    return EvaluationText.read(Files.write(folder.resolve("text.txt"), bytes));
  }
}
