package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class Utf8StreamTest {
  private final StringWriter printed = new StringWriter();
  private final Utf8Stream stream = new Utf8Stream(new PrintWriter(printed));

  @Test
  void charactersThatAreSplitOverPiecesComeOutWhole() {
    String text = "aé漢🜂z";
    byte[] bytes = text.getBytes(UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      stream.write(Arrays.copyOfRange(bytes, i, i + 1));
    }
    stream.end();

    assertThat(printed).hasToString(text);
  }

  @Test
  void nothingIsPrintedBeforeACharacterIsWhole() {
    stream.write(new byte[] {'a', (byte) 0xe6, (byte) 0xbc});

    assertThat(printed).hasToString("a");
  }

  @Test
  void bytesThatAreNoCharacterAreReplaced() {
    stream.write(new byte[] {(byte) 0xff, 'b', (byte) 0xe6});
    stream.write(new byte[] {'c'});

    assertThat(printed).hasToString("\ufffdb\ufffdc");
  }

  @Test
  void aCharacterThatIsNeverFinishedIsReplacedAtTheEnd() {
    stream.write(new byte[] {'a', (byte) 0xe6});
    stream.end();

    assertThat(printed).hasToString("a\ufffd");
  }
}
