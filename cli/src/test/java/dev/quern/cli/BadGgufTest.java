package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Malformed GGUF files, and whole ones whose metadata makes no sense.
class BadGgufTest {
  @TempDir Path folder;

  /// Bytes `at` and after are others.
  private static Damage patch(String name, String says, int at, int... bytes) {
    return new Damage(
        name,
        says,
        file -> {
          byte[] copy = file.clone();
          for (int i = 0; i < bytes.length; i++) {
            copy[at + i] = (byte) bytes[i];
          }
          return copy;
        });
  }

  static Stream<Damage> files() {
    return Stream.of(
        Damage.cut("the file has 0 bytes, a GGUF file has at least 16", 0),
        Damage.cut("the file has 3 bytes, a GGUF file has at least 16", 3),
        Damage.cut("number of tensors is 21 but only", 20),
        Damage.cut("length of tokenizer.ggml.tokens is 320 but only", 1000),
        Damage.cut("length of tokenizer.ggml.token_type is 320 but only", 7000),
        Damage.cut("tensor output_norm.weight lies at bytes ", 100_000),
        patch("another magic", "not a GGUF file", 0, 'G', 'G', 'M', 'L'),
        patch("version 0", "version is 0, wanted 1 to 3 (at byte 4)", 4, 0),
        patch("version 4", "version is 4, wanted 1 to 3 (at byte 4)", 4, 4),
        patch(
            "the version of another byte order",
            "a big-endian GGUF file, which cannot be read",
            4,
            0,
            0,
            0,
            3),
        patch(
            "2^60 tensors",
            "number of tensors is 1152921504606846976 but only",
            8,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            16),
        patch(
            "a negative number of tensors",
            "number of tensors is 18446744073709551615 but only",
            8,
            -1,
            -1,
            -1,
            -1,
            -1,
            -1,
            -1,
            -1),
        patch(
            "2^60 pairs",
            "number of metadata pairs is 1152921504606846976 but only",
            16,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            16),
        patch("a pair more", "length of key ", 16, 99),
        patch(
            "a key of 2^60 bytes",
            "length of key 0 is 1152921504606846976 but only",
            24,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            16),
        patch("a key that is not UTF-8", "key 0 is not well-formed UTF-8 (at byte 32)", 32, -1),
        patch(
            "a value of unknown type",
            "type of general.architecture is 13, wanted 0 to 12 (at byte 52)",
            52,
            13),
        Damage.replaced("a key twice", "key general.name", "general.type", "general.name"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void aBadFileIsRefusedByEveryCommand(Damage damage) {
    Path file = TinyModel.gguf(TinyModel.LLAMA, "F16", folder);
    Path text = TinyModel.text(folder, 500);
    damage.applyTo(file);
    Path out = folder.resolve("out");

    for (Object[] line :
        List.of(
            new Object[] {"inspect", file},
            new Object[] {"inspect", file, "--json"},
            new Object[] {"convert", file, "--to", "Q8_0", "-o", out},
            new Object[] {"shrink", file, "--to", "Q8_0", "-o", out, "--text", text},
            new Object[] {"verify", file, "--text", text},
            new Object[] {"generate", file, "-p", "a"},
            new Object[] {"tokenize", file, "a"})) {
      Refusal.check(Run.of(line), file, damage.says());
    }
    assertThat(out).doesNotExist();
  }

  record Nonsense(String name, String says, Consumer<Map<String, MetadataValue>> change) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Nonsense put(String says, String key, MetadataValue value) {
    return new Nonsense(key + " = " + value.display(), says, metadata -> metadata.put(key, value));
  }

  private static Nonsense remove(String says, String key) {
    return new Nonsense("no " + key, says, metadata -> metadata.remove(key));
  }

  private static Nonsense texts(
      String name, String says, String key, Consumer<List<String>> change) {
    return new Nonsense(
        name,
        says,
        metadata -> {
          List<String> texts = new ArrayList<>();
          if (metadata.get(key) instanceof Array array) {
            array.values().forEach(value -> texts.add(((Text) value).value()));
          }
          change.accept(texts);
          metadata.put(key, Array.ofTexts(texts));
        });
  }

  static Stream<Nonsense> runnable() {
    return Stream.of(
        put(
            "architecture \"mill\" cannot be run, wanted",
            "general.architecture",
            new Text("mill")),
        put("general.architecture is missing or not a text", "general.architecture", new Uint32(1)),
        remove("general.architecture is missing or not a text", "general.architecture"),
        remove("metadata has no key llama.block_count", "llama.block_count"),
        put(
            "metadata llama.block_count is 0, wanted 1 to 1048576",
            "llama.block_count",
            new Uint32(0)),
        put("tensor blk.2.attn_norm.weight is missing", "llama.block_count", new Uint32(3)),
        put(
            "metadata llama.block_count is 4000000000, wanted 1 to 1048576",
            "llama.block_count",
            new Uint32(4_000_000_000L)),
        put(
            "token_embd.weight is 64 x 320, wanted 128 (embedding_length) by the",
            "llama.embedding_length",
            new Uint32(128)),
        put(
            "metadata llama.attention.head_count is 0, wanted 1 to 1048576",
            "llama.attention.head_count",
            new Uint32(0)),
        put(
            "metadata llama.attention.head_count is 7, not a multiple of 4",
            "llama.attention.head_count",
            new Uint32(7)),
        put(
            "metadata llama.attention.head_count is \"8\" (STRING), not a whole",
            "llama.attention.head_count",
            new Text("8")),
        put(
            "metadata llama.attention.head_count is 8, not a multiple of 3",
            "llama.attention.head_count_kv",
            new Uint32(3)),
        put(
            "blk.0.attn_q.weight is 64 x 64, wanted 64 x 8000000",
            "llama.attention.key_length",
            new Uint32(1_000_000)),
        put(
            "metadata llama.attention.layer_norm_rms_epsilon is NaN, a positive",
            "llama.attention.layer_norm_rms_epsilon",
            new Float32(Float.NaN)),
        put(
            "metadata llama.attention.layer_norm_rms_epsilon is -1.0, a positive",
            "llama.attention.layer_norm_rms_epsilon",
            new Float32(-1)),
        put(
            "metadata llama.context_length is 0, wanted 1 to 1073741824",
            "llama.context_length",
            new Uint32(0)),
        put(
            "metadata llama.rope.dimension_count is 3, an even number is wanted",
            "llama.rope.dimension_count",
            new Uint32(3)),
        put(
            "metadata llama.rope.freq_base is 0.0, a positive number is wanted",
            "llama.rope.freq_base",
            new Float32(0)),
        put(
            "metadata llama.rope.scaling.type is \"spiral\", wanted",
            "llama.rope.scaling.type",
            new Text("spiral")),
        put(
            "tokenizer.ggml.model is \"mill\", known are \"llama\", \"gpt2\", \"t5\"",
            "tokenizer.ggml.model",
            new Text("mill")),
        remove("no tokenizer.ggml.tokens", "tokenizer.ggml.tokens"),
        put(
            "tokenizer.ggml.tokens is an array of type 5, wanted strings",
            "tokenizer.ggml.tokens",
            Array.ofInt32(List.of(1, 2))),
        put(
            "tokenizer.ggml.scores has 1 elements, wanted one for each of the 320",
            "tokenizer.ggml.scores",
            Array.ofFloat32(List.of(1f))),
        put(
            "tokenizer.ggml.token_type has 3 elements, wanted one for each of the",
            "tokenizer.ggml.token_type",
            Array.ofInt32(List.of(1, 1, 1))),
        put(
            "tokenizer.ggml.bos_token_id is 320, but there are 320 tokens, from 0",
            "tokenizer.ggml.bos_token_id",
            new Uint32(320)),
        put(
            "tokenizer.ggml.eos_token_id is -7, but there are 320 tokens, from 0",
            "tokenizer.ggml.eos_token_id",
            new Int32(-7)),
        put(
            "tokenizer.ggml.add_bos_token is a text, wanted a bool",
            "tokenizer.ggml.add_bos_token",
            new Text("yes")),
        texts(
            "a token too many",
            "tokenizer.ggml.token_type has 320 elements, wanted one for each of",
            "tokenizer.ggml.tokens",
            list -> list.add("zzz")),
        texts(
            "a token too few",
            "tokenizer.ggml.tokens has 319 tokens, and token_embd.weight 320 rows",
            "tokenizer.ggml.tokens",
            list -> list.removeLast()),
        texts(
            "a token twice",
            "tokenizer.ggml.tokens has \"x\" twice",
            "tokenizer.ggml.tokens",
            list -> list.set(300, list.get(301))));
  }

  @ParameterizedTest
  @MethodSource("runnable")
  void metadataThatMakesNoSenseStopsAModelFromRunning(Nonsense nonsense) {
    Path good = TinyModel.gguf(TinyModel.LLAMA, "F16", folder);
    Path file = Damage.rewrite(good, folder.resolve("bad.gguf"), nonsense.change());
    Path text = TinyModel.text(folder, 2000);

    Refusal.check(Run.of("verify", file, "--text", text, "--ctx", 32), file, nonsense.says());
    Run run = Run.of("generate", file, "-p", "a", "-n", 2, "-c", 16);
    Refusal.check(run, file, nonsense.says());
  }

  static Stream<Nonsense> bytePairs() {
    return Stream.of(
        texts(
            "a merge of one token",
            "tokenizer.ggml.merges[53] is \"a\", wanted two texts and a space",
            "tokenizer.ggml.merges",
            list -> list.add("a")),
        remove("no tokenizer.ggml.merges, which \"gpt2\" needs", "tokenizer.ggml.merges"),
        put(
            "tokenizer.ggml.merges is a text, wanted strings",
            "tokenizer.ggml.merges",
            new Text("a b")),
        put(
            "tokenizer.ggml.pre is \"mill\", which is not known",
            "tokenizer.ggml.pre",
            new Text("mill")),
        put("tokenizer.ggml.pre is a uint32, wanted a string", "tokenizer.ggml.pre", new Uint32(1)),
        put(
            "tokenizer.ggml.bos_token_id is 4000000000, but there are 320 tokens",
            "tokenizer.ggml.bos_token_id",
            new Uint32(4_000_000_000L)));
  }

  @ParameterizedTest
  @MethodSource("bytePairs")
  void aBytePairTokenizerThatMakesNoSenseStopsAModelFromRunning(Nonsense nonsense) {
    Path good = TinyModel.gguf(TinyModel.LLAMA3, "F16", folder);
    Path file = Damage.rewrite(good, folder.resolve("bad.gguf"), nonsense.change());

    Run run = Run.of("generate", file, "-p", "a", "-n", 2, "-c", 16);
    Refusal.check(run, file, nonsense.says());
  }
}
