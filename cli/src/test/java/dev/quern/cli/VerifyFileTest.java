package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `verify` on a file alone, sound and damaged.
final class VerifyFileTest {
  @TempDir Path folder;

  @Test
  void passesASoundFile() {
    Run run = Run.of("verify", TinyModel.gguf(TinyModel.LLAMA3, "Q4_K_M", folder));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).containsPattern("verdict +pass").contains("no text was read");
  }

  @Test
  void findsAScaleThatIsNotFinite() throws IOException {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);
    overwrite(file, offset(file, "blk.0.ffn_up.weight"), (byte) 0x00, (byte) 0x7e);

    assertThat(fault(file, "weights"))
        .startsWith("tensor blk.0.ffn_up.weight: 32 of ")
        .endsWith("weights are not finite, the first in row 0");
  }

  @Test
  void findsATensorOfZeros() throws IOException {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);
    GgufTensor tensor = tensor(file, "blk.0.attn_v.weight");
    overwrite(file, tensor.offset(), new byte[(int) tensor.info().bytes()]);

    assertThat(fault(file, "weights"))
        .isEqualTo("tensor blk.0.attn_v.weight: every weight is zero");
  }

  @Test
  void findsBytesBehindTheLastTensor() throws IOException {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);
    long size = file.toFile().length();
    overwrite(file, size, new byte[64]);

    assertThat(fault(file, "layout")).contains("64 bytes behind the last tensor");
  }

  @Test
  void findsASpecialTokenThatIsNotThere() {
    Path file = edited("tokenizer.ggml.eos_token_id=u32:999999");

    assertThat(fault(file, "vocabulary")).contains("eos_token_id is 999999, and there are");
  }

  @Test
  void findsATemplateThatIsBroken() {
    Path file = edited("tokenizer.chat_template=str:{% for m in messages %}{{ m.content }");

    assertThat(fault(file, "template")).contains("cannot be rendered");
  }

  @Test
  void findsATemplateThatIsNotTheSources() {
    Path file = edited("tokenizer.chat_template=str:{{ messages[0].content }}");

    Run run =
        Run.of(
            "verify",
            file,
            "--against",
            TinyModel.LLAMA3,
            "--json",
            "--ctx",
            64,
            "--text",
            TinyModel.text(folder, 1500));

    assertThat(run.code()).isEqualTo(3);
    assertThat(faultOf(TinyModel.json(run.out()), "template"))
        .contains("renders the sample conversation as \"Answer briefly.\"");
  }

  @Test
  void looksAtWhatAnotherGateAsks() {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);

    Run run = Run.of("verify", file, "--gate", "size<1kB");

    assertThat(run.code()).isEqualTo(3);
    assertThat(run.out()).contains("GATE MISSED        size<1000");
  }

  private Path edited(String pair) {
    Path file = TinyModel.gguf(TinyModel.LLAMA3, "Q8_0", folder);
    Path other = folder.resolve("edited.gguf");
    Run run = Run.of("edit", file, "--set", pair, "-o", other);
    assertThat(run.code()).as(run.err()).isZero();
    return other;
  }

  /// What the one fault of `file` is.
  private static String fault(Path file, String check) {
    Run run = Run.of("verify", file, "--json");
    assertThat(run.code()).as(run.err()).isEqualTo(3);
    return faultOf(TinyModel.json(run.out()), check);
  }

  private static String faultOf(JsonNode document, String check) {
    return StreamSupport.stream(document.at("/sanity/findings").spliterator(), false)
        .filter(one -> one.get("severity").asText().equals("fault"))
        .peek(one -> assertThat(one.get("check").asText()).isEqualTo(check))
        .map(one -> one.get("problem").asText())
        .reduce((a, b) -> a + " AND " + b)
        .orElse("no fault");
  }

  private static long offset(Path file, String tensor) {
    return tensor(file, tensor).offset();
  }

  private static GgufTensor tensor(Path file, String name) {
    try (GgufFile gguf = GgufFile.open(file)) {
      return gguf.table().stream()
          .filter(tensor -> tensor.info().name().equals(name))
          .findFirst()
          .orElseThrow();
    }
  }

  private static void overwrite(Path file, long at, byte... bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(bytes), at);
    }
  }
}
