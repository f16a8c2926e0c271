package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Files that are made to exhaust memory, shown to the commands in a process with 64 MB of heap.
class HostileFilesTest {
  @TempDir Path folder;
  private final List<String> lines = new ArrayList<>();
  private final List<String> names = new ArrayList<>();

  @Test
  @Timeout(120)
  void endInALineWithinSixtyFourMegabytes() throws IOException, InterruptedException {
    writeGguf();
    writeFolders();
    writeTexts();
    Path list = TinyModel.write(folder.resolve("lines"), String.join("\n", lines));
    Path results = folder.resolve("results");
    Path log = folder.resolve("log");

    int code = Child.start("-Xmx64m", HostileCommands.class, log, list, results).waitFor();

    assertThat(code).as(() -> TinyModel.read(log)).isZero();
    List<String> said = TinyModel.read(results).lines().toList();
    assertThat(said).hasSameSizeAs(lines);
    for (int i = 0; i < said.size(); i++) {
      assertThat(said.get(i))
          .as(lines.get(i))
          .startsWith("1\t0\tquern: ")
          .contains(names.get(i))
          .doesNotContain("\\n")
          .hasSizeLessThan(500);
    }
    assertThat(folder.resolve("out")).doesNotExist();
  }

  private void writeGguf() throws IOException {
    byte[] good = TinyModel.bytes(TinyModel.gguf(TinyModel.LLAMA, "F16", folder));
    Path tensors = TinyModel.write(folder.resolve("tensors.gguf"), good);
    patch(tensors, 8, 1L << 59);
    everyCommand(tensors);
    Path pairs = TinyModel.write(folder.resolve("pairs.gguf"), good);
    patch(pairs, 16, 1L << 59);
    everyCommand(pairs);
    Path text = TinyModel.write(folder.resolve("text.gguf"), good);
    patch(text, 24, Long.MAX_VALUE);
    everyCommand(text);
    Path whole = folder.resolve("tiny-llama-F16.gguf");
    everyRun(
        Damage.rewrite(
            whole,
            folder.resolve("blocks.gguf"),
            metadata -> metadata.put("llama.block_count", new Uint32(1 << 20))));
    everyRun(
        Damage.rewrite(
            whole,
            folder.resolve("heads.gguf"),
            metadata -> metadata.put("llama.attention.key_length", new Uint32(1 << 20))));
    everyRun(
        Damage.rewrite(
            whole,
            folder.resolve("vocabulary.gguf"),
            metadata ->
                metadata.put(
                    "tokenizer.ggml.tokens", Array.ofTexts(Collections.nCopies(1_000_000, "a")))));
    Path context =
        Damage.rewrite(
            whole,
            folder.resolve("context.gguf"),
            metadata -> metadata.put("llama.context_length", new Uint32(1 << 30)));
    line("out of memory", "generate", context, "-p", "a", "-c", 1 << 30);
    line("out of memory", "generate", context, "-p", "a", "-c", Integer.MAX_VALUE, "--exact");
    everyRun(
        Damage.rewrite(
            TinyModel.gguf(TinyModel.LLAMA3, "F16", folder),
            folder.resolve("merges.gguf"),
            metadata ->
                metadata.put(
                    "tokenizer.ggml.merges", Array.ofTexts(Collections.nCopies(1_000_000, "a")))));
    everyRun(
        Damage.rewrite(
            whole,
            folder.resolve("template.gguf"),
            metadata -> metadata.put("tokenizer.chat_template", new Text("{".repeat(40_000_000)))));
  }

  private void writeFolders() throws IOException {
    convert(fill("config.json", "{\"a\":[", i -> "{},", 3_000_000, "0]}"));
    convert(fill("tokenizer_config.json", "{\"a\":[", i -> "{},", 3_000_000, "0]}"));
    convert(
        fill(
            "tokenizer.json",
            "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0",
            i -> ",\"t" + i + "\":" + i,
            2_000_000,
            "}}}"));
    convert(fill("tokenizer.model", "", i -> "\n\5\n\3abc", 3_000_000, ""));
    Path index =
        fill(
            "model.safetensors.index.json",
            "{\"weight_map\":{\"a\":\"x.safetensors\"",
            i -> ",\"l" + i + "\":\"x.safetensors\"",
            1_000_000,
            "}}");
    Files.delete(index.resolveSibling("model.safetensors"));
    convert(index);
  }

  private void writeTexts() throws IOException {
    Path zeros = folder.resolve("zeros.txt");
    try (RandomAccessFile file = new RandomAccessFile(zeros.toFile(), "rw")) {
      file.setLength(3L << 30);
    }
    line(zeros, "verify", TinyModel.LLAMA, "--text", zeros);
    Path tokens =
        TinyModel.write(folder.resolve("ids.safetensors"), Tokens.file(new long[2_000_000]));
    line(tokens, "logits", TinyModel.LLAMA, "--tokens", tokens, "-o", folder.resolve("out"));
  }

  private Path fill(String name, String begin, IntFunction<String> piece, int count, String end)
      throws IOException {
    Path model = name.equals("tokenizer.json") ? TinyModel.LLAMA3 : TinyModel.LLAMA;
    Path file = TinyModel.copy(model, folder.resolve("with-" + name)).resolve(name);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(begin.getBytes(UTF_8));
      for (int i = 0; i < count; i++) {
        out.write(piece.apply(i).getBytes(UTF_8));
      }
      out.write(end.getBytes(UTF_8));
    }
    return file;
  }

  private void convert(Path file) {
    line(file, "convert", file.resolveSibling(""), "--to", "Q8_0", "-o", folder.resolve("out"));
  }

  private void everyCommand(Path file) {
    line(file, "inspect", file);
    line(file, "convert", file, "--to", "Q8_0", "-o", folder.resolve("out"));
    everyRun(file);
  }

  private void everyRun(Path file) {
    line(file, "verify", file, "--text", TinyModel.text(folder, 2000), "--ctx", 32);
    line(file, "generate", file, "-p", "a", "-n", 2);
  }

  private void line(Path file, Object... words) {
    line(String.valueOf(file.getFileName()), words);
  }

  private void line(String says, Object... words) {
    names.add(says);
    lines.add(Arrays.stream(words).map(String::valueOf).collect(Collectors.joining("\t")));
  }

  private static void patch(Path file, long at, long value) throws IOException {
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.seek(at);
      out.writeLong(Long.reverseBytes(value));
    }
  }
}
