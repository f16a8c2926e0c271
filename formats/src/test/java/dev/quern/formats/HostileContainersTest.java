package dev.quern.formats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.gguf.GgufBytes;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of the smaller containers that promise more than they have, or want all memory: each is
/// refused with one line, in less than a second, with 64 MB of heap.
final class HostileContainersTest {
  /// Processor time that a file may take in a machine that has just started.
  private static final int MILLISECONDS = 1000;

  private static final String NO_HEADER = "the header is none of a model of llama2.c's";

  @TempDir private Path folder = Path.of("");

  private final List<String> lines = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();

  @Test
  void areRefusedInSixtyFourMegabytesAndASecondEach() throws IOException, InterruptedException {
    writeGgml();
    writeLlama2c();
    writeFlax();
    writeAdapters();
    writeQuantized();
    Path list = Files.write(folder.resolve("list"), lines);
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-Xmx64m",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                HostileContainerReader.class.getName(),
                list.toString())
            .redirectErrorStream(true)
            .start();
    List<String> said = new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();

    assertThat(process.waitFor()).as(() -> String.join("\n", said)).isZero();
    assertThat(said).hasSize(2 * lines.size());
    for (int i = 0; i < lines.size(); i++) {
      assertThat(said.get(2 * i)).as(lines.get(i)).contains(messages.get(i));
      assertThat(Long.parseLong(said.get(2 * i + 1))).as(lines.get(i)).isLessThan(MILLISECONDS);
    }
  }

  private void file(String kind, byte[] bytes, String message) throws IOException {
    Path file = folder.resolve(kind + lines.size() + ".bin");
    add(kind, Files.write(file, bytes), message);
  }

  private void add(String kind, Path path, String message) {
    lines.add(kind + "\t" + path);
    messages.add(message);
  }

  private static byte[] patched(String golden, int at, int... values) {
    byte[] bytes = Golden.bytes(golden);
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      buffer.putInt(at + 4 * i, values[i]);
    }
    return bytes;
  }

  private void writeGgml() throws IOException {
    String golden = "legacy/ggjt-1.bin";
    file("ggml", patched(golden, 8, 1 << 22), "the length of token");
    file("ggml", patched(golden, 8, -1), "n_vocab is 4294967295");
    file("ggml", patched(golden, 24, 1 << 12), "no tensor becomes");
    file("ggml", patched(golden, 36, Integer.MAX_VALUE), "the length of token 0 is 2147483647");
    byte[] head = header(3);
    file(
        "ggml",
        concat(head, tensor(Integer.MAX_VALUE, Integer.MAX_VALUE, 0)),
        "more than the file has room for");
    file("ggml", concat(head, tensor(32, 8, 1)), "the file is cut short");
    file("ggml", concat(head, tensor(0, 1, 0)), "an extent is 0, wanted 1");
    ByteArrayOutputStream tokens = new ByteArrayOutputStream();
    tokens.writeBytes(header(500_000));
    tokens.writeBytes(new byte[8 * 500_000]);
    file("ggml", tokens.toByteArray(), "its tokens would fill more than the 33554432 bytes");
  }

  /// The header of a file of `ggjt` 1 with so many tokens; empty ones follow if they are few.
  private static byte[] header(int tokens) {
    GgufBytes bytes = new GgufBytes().int32(0x67676a74).int32(1).int32(tokens);
    bytes.int32(32).int32(256).int32(4).int32(2).int32(8).int32(2);
    return tokens > 3 ? bytes.array() : bytes.zeros(8 * tokens).array();
  }

  private static byte[] tensor(int length, int rows, int type) {
    String name = "tok_embeddings.weight";
    return new GgufBytes()
        .int32(2)
        .int32(name.length())
        .int32(type)
        .int32(length)
        .int32(rows)
        .text(name)
        .zeros(64)
        .array();
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private void writeLlama2c() throws IOException {
    Files.write(folder.resolve("tokenizer.bin"), Golden.bytes("legacy/tokenizer.bin"));
    String golden = "legacy/llama2c-v2.bin";
    int most = Integer.MAX_VALUE;
    file("llama2c", patched(golden, 8, most, most, most, most, most, most, most), NO_HEADER);
    file("llama2c", patched(golden, 8, 0, 0, 0, 0, 0, 0, 0), NO_HEADER);
    file("llama2c", patched(golden, 24, 1 << 30), NO_HEADER);
  }

  private void writeFlax() throws IOException {
    byte[] name = {(byte) 0x92, (byte) 0x91, (byte) 0xa1, 'a'};
    byte[] size = {-1, -1, -1, -1};
    file("flax", concat(new byte[] {(byte) 0xdf}, size), "has the size 4294967295");
    file("flax", concat(new byte[] {(byte) 0xdd, 127}, size), "but only");
    file("flax", concat(concat(name, new byte[] {(byte) 0xc6}), size), "has the size 4294967295");
    ByteArrayOutputStream pairs = new ByteArrayOutputStream();
    for (int i = 0; i < 1 << 17; i++) {
      pairs.writeBytes(name);
      pairs.writeBytes(new byte[] {(byte) 0xc4, 1, 0});
    }
    pairs.writeBytes(name);
    pairs.writeBytes(new byte[] {(byte) 0xc4, 1, 0});
    file("flax", pairs.toByteArray(), "there are more than 131072 values");
  }

  private void writeAdapters() throws IOException {
    adapter("{\"r\": 1152921504606846976, \"lora_alpha\": 1}", "r");
    adapter("{\"r\": 0, \"lora_alpha\": 1}", "is 0, wanted 1 to 65536");
    adapter("{\"r\": 2, \"lora_alpha\": 1e999}", "lora_alpha");
    adapter("[".repeat(1_000_000), "not JSON: ");
    StringBuilder patterns = new StringBuilder("{\"r\": 2, \"lora_alpha\": 1, \"rank_pattern\": {");
    for (int i = 0; i < 300_000; i++) {
      patterns.append("\"p" + i + "\": 1,");
    }
    adapter(patterns + "\"p\": 1}}", "would fill more than the");
  }

  private void adapter(String config, String message) throws IOException {
    Path adapter = Files.createDirectory(folder.resolve("adapter" + lines.size()));
    Files.writeString(adapter.resolve("adapter_config.json"), config);
    List<Entry> entries =
        List.of(
            entry("base_model.model.a.lora_A.weight", DType.F32, 8, 2),
            entry("base_model.model.a.lora_B.weight", DType.F32, 2, 8));
    SafetensorsWriter.write(adapter.resolve("adapter_model.safetensors"), Map.of(), entries);
    add("adapter", adapter, message);
  }

  private static Entry entry(String name, DType dtype, long... extents) {
    Shape shape = Shape.of(extents);
    byte[] bytes = new byte[(int) dtype.bytes(shape.elements())];
    return new Entry(name, dtype, shape, MemorySegment.ofArray(bytes));
  }

  private static Entry numbers(String name, long... values) {
    ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : values) {
      buffer.putLong(value);
    }
    return new Entry(
        name, DType.I64, Shape.of(values.length), MemorySegment.ofArray(buffer.array()));
  }

  private static Entry text(String name, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return new Entry(name, DType.U8, Shape.of(bytes.length), MemorySegment.ofArray(bytes));
  }

  private void writeQuantized() throws IOException {
    quantized(
        List.of(
            entry("a.weight_packed", DType.I32, 4, 4),
            entry("a.weight_scale", DType.BF16, 1, 4),
            numbers("a.weight_shape", 4, 1L << 60)),
        "gives rows of 1152921504606846976");
    quantized(
        List.of(
            entry("a.W_q", DType.U8, 32, 32),
            numbers("a.shape", 1 << 24, 1 << 24),
            numbers("a.nbits", 4),
            numbers("a.group_size", 1),
            numbers("a.axis", 1)),
        "a.W_q");
    String state = "a.weight.quant_state.bitsandbytes__nf4";
    for (String shape : List.of("[2147483647,2147483647]", "[4611686018427387904]", "[]")) {
      quantized(
          List.of(
              entry("a.weight", DType.U8, 1, 32),
              text(state, "{\"shape\":" + shape + ",\"dtype\":\"float16\",\"blocksize\":64}")),
          "tensor a.weight");
    }
    quantized(
        List.of(entry("a.weight", DType.U8, 1, 32), text(state, "[".repeat(500_000))),
        "not JSON: ");
    quantized(
        List.of(
            entry("a.qweight", DType.I32, 8, 4),
            entry("a.qzeros", DType.I32, 1, 0),
            entry("a.scales", DType.F16, 8, 0),
            entry("a.g_idx", DType.I32, 32)),
        "a.scales");
  }

  private void quantized(List<Entry> entries, String message) throws IOException {
    Path model = Files.createDirectory(folder.resolve("quantized" + lines.size()));
    Files.writeString(model.resolve("config.json"), "{}");
    SafetensorsWriter.write(model.resolve("m.safetensors"), Map.of(), entries);
    add("quantized", model, message);
  }
}
