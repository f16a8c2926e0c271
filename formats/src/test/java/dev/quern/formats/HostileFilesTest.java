package dev.quern.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.gguf.GgufBytes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files that are made to exhaust memory, read with 64 MB of heap.
class HostileFilesTest {
  @TempDir Path folder;

  private final List<String> files = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();

  @Test
  void endInAMessageWithinSixtyFourMegabytes() throws IOException, InterruptedException {
    writeGguf("tensors.gguf", 300_000, 0, HostileFilesTest::tensor, "table of tensors");
    writeGguf("pairs.gguf", 0, 500_000, HostileFilesTest::pair, "metadata");
    writeEmptyStrings();
    writeCounts();
    writeSafetensors();
    writeImportance();
    write("config.json", "{\"a\":[", i -> "{},", 1_000_000, "0]}", "content");
    write(
        "model.index.json",
        "{\"weight_map\":{\"first\":\"x.safetensors\"",
        i -> ",\"layer." + i + "\":\"x.safetensors\"",
        500_000,
        "}}",
        "weight_map");

    List<String> lines = readInSmallMachine();

    assertThat(lines).hasSameSizeAs(messages);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i)).startsWith(files.get(i) + ": " + messages.get(i));
    }
  }

  private List<String> readInSmallMachine() throws IOException, InterruptedException {
    String java = ProcessHandle.current().info().command().orElseThrow();
    List<String> command = new ArrayList<>(List.of(java, "-Xmx64m", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(HostileReader.class.getName());
    command.addAll(files);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isZero();
    return lines;
  }

  /// A file that holds nothing but `count` pieces between two texts.
  private void write(
      String name, String begin, IntFunction<String> piece, int count, String end, String what)
      throws IOException {
    Path file = add(name, what);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(begin.getBytes(UTF_8));
      for (int i = 0; i < count; i++) {
        out.write(piece.apply(i).getBytes(UTF_8));
      }
      out.write(end.getBytes(UTF_8));
    }
  }

  private void writeGguf(
      String name, int tensors, int pairs, IntFunction<byte[]> piece, String what)
      throws IOException {
    Path file = add(name, what);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(GgufBytes.file(tensors, pairs).array());
      for (int i = 0; i < tensors + pairs; i++) {
        out.write(piece.apply(i));
      }
    }
  }

  /// 100 arrays of four million empty strings, in a file that takes no space.
  private void writeEmptyStrings() throws IOException {
    Path file = add("strings.gguf", "metadata");
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.write(GgufBytes.file(0, 100).array());
      for (int i = 0; i < 100; i++) {
        out.write(new GgufBytes().key("k" + i, 9).int32(8).int64(4 << 20).array());
        out.seek(out.getFilePointer() + 8L * (4 << 20));
      }
      out.setLength(out.getFilePointer());
    }
  }

  private void writeCounts() throws IOException {
    Path counts = folder.resolve("counts.gguf");
    Files.write(counts, GgufBytes.file(1L << 60, 1L << 60).array());
    files.add(counts.toString());
    messages.add("number of tensors is 1152921504606846976 but only 8 bytes follow (at byte 8)");
    Path header = folder.resolve("header.safetensors");
    Files.write(header, new GgufBytes().int64(1L << 60).array());
    files.add(header.toString());
    messages.add("header length is 1152921504606846976, wanted 2 to 100000000 (at byte 0)");
  }

  private void writeImportance() throws IOException {
    Path file = add("entries.dat", "list of entries");
    int count = 200_000;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(new GgufBytes().int32(count).array());
      for (int i = 0; i < count; i++) {
        String name = "t" + i;
        GgufBytes entry = new GgufBytes().int32(name.length()).text(name).int32(1).int32(1);
        out.write(entry.zeros(4).array());
      }
    }
  }

  private void writeSafetensors() throws IOException {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < 300_000; i++) {
      header.append("\"t" + i + "\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},");
    }
    header.setCharAt(header.length() - 1, '}');
    byte[] file = new GgufBytes().int64(header.length()).text(header.toString()).array();
    Files.write(add("tensors.safetensors", "table of tensors"), file);
  }

  private Path add(String name, String what) {
    Path file = folder.resolve(name);
    files.add(file.toString());
    messages.add("its " + what + " would fill more than the 33554432 bytes of memory");
    return file;
  }

  private static byte[] tensor(int index) {
    return new GgufBytes().tensor("t" + index, 0, 0, 0).array();
  }

  private static byte[] pair(int index) {
    return new GgufBytes().key("k" + index, 7).zeros(1).array();
  }
}
