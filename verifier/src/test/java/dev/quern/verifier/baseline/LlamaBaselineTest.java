package dev.quern.verifier.baseline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.verifier.Chunks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LlamaBaselineTest {
  private static final int VOCABULARY = 5;
  private static final int[] TOKENS = {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1};

  @TempDir private Path folder;

  @Test
  void readsStepsAndLeavesOutWhatLlamaPerplexityLeavesOut() {
    Path file = write(file());
    float[] logits = new float[VOCABULARY];

    try (LlamaBaseline base = LlamaBaseline.open(file, chunks(6, TOKENS))) {
      // steps of 2^-4 above -20; row r has 16 (r + 1) t of them at token t
      base.start();
      base.feed(TOKENS, 0, 4, 1, logits); // token 4 follows
      assertThat(logits).containsExactly(out(), out(), out(), out(), -16);
      base.feed(TOKENS, 4, 1, 1, logits); // token 0 follows
      assertThat(logits).containsExactly(-20, out(), out(), -14, -12);
      base.start();
      base.feed(TOKENS, 6, 4, 1, logits);
      assertThat(logits).containsExactly(-20, out(), -14, -11, -8);
    }
  }

  @Test
  void refusesAnotherTextOrContext() {
    Path file = write(file());
    int[] other = TOKENS.clone();
    other[8] = 0;

    assertThatIllegalArgumentException()
        .isThrownBy(() -> LlamaBaseline.open(file, chunks(6, other)))
        .withMessageContaining("piece 1 has 3 at 2, wanted 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LlamaBaseline.open(file, chunks(4, TOKENS)))
        .withMessageContaining("use --ctx 6");
  }

  @Test
  void theFirstTokenOfAPieceMayHaveBeenReplaced() {
    Chunks chunks = Chunks.of(TOKENS, 6, 2, OptionalInt.of(4));

    LlamaBaseline.open(write(file()), chunks).close();
  }

  @Test
  void refusesWhatIsNotWhole() {
    byte[] whole = file();
    byte[] strange = whole.clone();
    strange[15] = 0x7f;

    assertRefused(write(Arrays.copyOf(whole, whole.length - 2)), "did not finish");
    assertRefused(write(Arrays.copyOf(whole, 12)), "12 bytes are no header");
    assertRefused(write(strange), "n_vocab is 2130706437, wanted 1 to 1048576");
    assertRefused(write(new byte[64]), "does not begin with");
  }

  @Test
  void recognizesItsFiles() {
    assertThat(LlamaBaseline.recognizes(write(file()))).isTrue();
    assertThat(LlamaBaseline.recognizes(write(new byte[3]))).isFalse();
  }

  private void assertRefused(Path file, String message) {
    assertThatThrownBy(() -> LlamaBaseline.open(file, chunks(6, TOKENS)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  private static float out() {
    return Float.NEGATIVE_INFINITY;
  }

  private static Chunks chunks(int context, int[] tokens) {
    return Chunks.of(tokens, context, 2, OptionalInt.empty());
  }

  /// Two pieces of 6 tokens, two scored positions each.
  private static byte[] file() {
    int rowBytes = 2 * (6 + 4);
    ByteBuffer file =
        ByteBuffer.allocate(20 + 4 * TOKENS.length + 4 * rowBytes).order(ByteOrder.LITTLE_ENDIAN);
    file.put("_logits_".getBytes(StandardCharsets.US_ASCII)).putInt(6).putInt(VOCABULARY).putInt(2);
    for (int token : TOKENS) {
      file.putInt(token);
    }
    for (int row = 0; row < 4; row++) {
      file.putFloat(0.0625f).putFloat(-20);
      for (int token = 0; token < 6; token++) {
        file.putShort((short) (token < VOCABULARY ? 16 * (row + 1) * token : 0));
      }
    }
    return file.array();
  }

  private Path write(byte[] bytes) {
    try {
      return Files.write(folder.resolve("base.kld"), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
