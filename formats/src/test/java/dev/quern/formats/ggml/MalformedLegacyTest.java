package dev.quern.formats.ggml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Mutations;
import dev.quern.formats.llama2c.Llama2cFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MalformedLegacyTest {
  @TempDir private Path folder = Path.of("");

  private static byte[] golden(String name) {
    try {
      return Files.readAllBytes(LegacyFilesTest.GOLDEN.resolve(name + ".bin"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path write(byte[] bytes) {
    return FuzzSeeds.write(folder.resolve("m.bin"), bytes);
  }

  private void open(byte[] bytes) {
    GgmlFile.open(write(bytes)).close();
  }

  private void openLlama2c(byte[] bytes) {
    FuzzSeeds.write(folder.resolve("tokenizer.bin"), golden("tokenizer"));
    Llama2cFile.open(write(bytes)).close();
  }

  /// The golden file with the number at byte `at` replaced.
  private static byte[] with(String name, int at, int value) {
    byte[] bytes = golden(name);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return bytes;
  }

  @ParameterizedTest
  @CsvSource({
    "4,4,the version of ggjt is 4",
    "8,-1,n_vocab is 4294967295",
    "8,0,n_vocab is 0",
    "12,33,n_rot is 8",
    "12,1073741824,n_embd is 1073741824",
    "20,0,n_head is 0",
    "20,5,n_rot is 8",
    "24,100000,n_layer is 100000",
    "24,3,no tensor becomes",
    "24,1,is none of a LLaMA's",
    "36,-1,the length of token 0 is 4294967295"
  })
  void refusesHeadersThatMakeNoSense(int at, int value, String found) {
    assertRefused(() -> open(with("ggjt-1", at, value)), found);
  }

  @Test
  void refusesEveryTruncation() {
    byte[] whole = golden("ggjt-2");
    for (int length = 0; length < whole.length; length += length < 4000 ? 7 : 997) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertRefused(() -> open(cut), "m.bin");
    }
  }

  @Test
  void refusesPartsThatAreMissingOrAnotherModels() throws IOException {
    Path first = write(golden("ggmf-parts"));
    Path second = folder.resolve("m.bin.1");
    assertRefused(
        () -> GgmlFile.open(first).close(),
        "is one of 2 parts, of which m.bin.1 is not there; open the first of them");
    byte[] bytes = Files.readAllBytes(LegacyFilesTest.GOLDEN.resolve("ggmf-parts.bin.1"));
    Files.write(second, bytes);
    GgmlFile.open(first).close();
    assertRefused(() -> GgmlFile.open(second).close(), "m.bin.1.1 is not there");
    Files.write(second, golden("ggmf"));
    assertRefused(() -> GgmlFile.open(first).close(), "they begin differently");
    Files.write(second, Arrays.copyOf(bytes, bytes.length - 1));
    assertRefused(() -> GgmlFile.open(first).close(), "the file is cut short");
    Files.write(
        second,
        Arrays.copyOf(bytes, bytes.length - 4 * 64 - 12 - 4 - "layers.0.ffn_norm.weight".length()));
    assertRefused(
        () -> GgmlFile.open(first).close(),
        "the tensor that becomes blk.0.ffn_norm.weight is not here, and F32 64 in the first part");
  }

  @Test
  void refusesTypesThatAVersionDoesNotHave() {
    byte[] bytes = golden("ggjt-2");
    bytes[4] = 3; // blocks of version 2 do not fill those of version 3
    assertRefused(() -> open(bytes), "m.bin");
    byte[] older = golden("ggjt-1");
    older[4] = 2;
    assertRefused(() -> open(older), "which GGJTv2 does not have");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ggml", "ggmf", "ggjt-1", "ggjt-3-k"})
  void readsOrRefusesDamagedFiles(String name) {
    Mutations.show(golden(name), 300, this::open);
    byte[] head = Arrays.copyOf(golden(name), 6000);
    Mutations.show(head, 300, this::open);
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama2c-v0", "llama2c-v1", "llama2c-v2"})
  void readsOrRefusesDamagedModelsOfLlama2c(String name) {
    Mutations.show(golden(name), 200, this::openLlama2c);
    for (int at = 0; at < 48; at += 4) {
      for (int value : new int[] {0, -1, 1, 7, 1 << 20, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        byte[] bytes = with(name, at, value);
        try {
          openLlama2c(bytes);
        } catch (MalformedFileException e) {
          assertThat(e.getMessage()).doesNotContain("\n");
        }
      }
    }
  }

  @Test
  void refusesAVocabularyThatIsTooShort() throws IOException {
    byte[] tokens = golden("tokenizer");
    Files.write(folder.resolve("tokenizer.bin"), Arrays.copyOf(tokens, tokens.length - 3));
    Path file = write(golden("llama2c-v0"));
    assertRefused(() -> Llama2cFile.open(file).close(), "token 263 of 264 is not whole");
    Files.delete(folder.resolve("tokenizer.bin"));
    assertRefused(() -> Llama2cFile.open(file).close(), "neither tok264.bin nor tokenizer.bin");
  }

  @Test
  void tellsFilesByTheirContents() throws IOException {
    assertThat(GgmlFile.isOne(write(golden("ggml")))).isTrue();
    assertThat(Llama2cFile.isOne(write(golden("ggml")))).isFalse();
    assertThat(Llama2cFile.isOne(write(golden("llama2c-v0")))).isTrue();
    assertThat(Llama2cFile.isOne(write(Arrays.copyOf(golden("llama2c-v0"), 4000)))).isFalse();
    assertThat(GgmlFile.isOne(write(golden("llama2c-v1")))).isFalse();
    assertThat(GgmlFile.isOne(folder)).isFalse();
  }

  private static void assertRefused(Runnable opening, String found) {
    assertThatThrownBy(opening::run)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(found)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }
}
