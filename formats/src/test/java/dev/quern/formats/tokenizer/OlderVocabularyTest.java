package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.subwords.ByteLevel;
import dev.quern.formats.tokenizer.source.SourceTokenizers;
import dev.quern.formats.tokenizer.source.TokenizerCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Folders without tokenizer.json and tokenizer.model.
class OlderVocabularyTest {
  private static final String PREFIX = "tokenizer.ggml.";

  @TempDir private Path folder = Path.of("");

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private Map<String, MetadataValue> metadata(int size) {
    return SourceVocabulary.read(folder, size, Optional.empty()).metadata();
  }

  private static List<String> texts(Map<String, MetadataValue> metadata, String key) {
    return metadata.get(PREFIX + key) instanceof Array(_, List<MetadataValue> values)
        ? values.stream().map(value -> value instanceof Text(String text) ? text : "").toList()
        : List.of();
  }

  private TokenizerCheck.Result check(Map<String, MetadataValue> metadata) {
    Tokenizer gguf = Tokenizers.fromMetadata("m.gguf", metadata);
    return new TokenizerCheck(SourceTokenizers.open(folder), gguf).difficultTexts().result();
  }

  @Test
  void readsMergesAndVocabularyApart() throws IOException {
    Path golden = new GoldenFolder("byte-level").path();
    JsonNode model = GoldenFolder.json(golden.resolve("tokenizer.json")).path("model");
    List<String> merges = new ArrayList<>(List.of("#version: 0.2"));
    model
        .path("merges")
        .forEach(
            merge ->
                merges.add(
                    merge.isArray()
                        ? merge.path(0).asText() + " " + merge.path(1).asText()
                        : merge.asText()));
    write("vocab.json", model.path("vocab").toString());
    write("merges.txt", String.join("\n", merges) + "\n");
    write("config.json", "{\"model_type\":\"gpt2\",\"eos_token_id\":2}");
    write(
        "tokenizer_config.json", "{\"tokenizer_class\":\"GPT2Tokenizer\",\"eos_token\":\"</s>\"}");

    Map<String, MetadataValue> metadata = metadata(440);

    assertThat(metadata).containsEntry(PREFIX + "pre", new Text("gpt-2"));
    assertThat(texts(metadata, "merges")).hasSize(merges.size() - 1);
    assertThat(metadata).containsEntry(PREFIX + "eos_token_id", new Uint32(2));
    assertThat(check(metadata).differences()).isEmpty();
  }

  @Test
  void refusesAMergeOfThreeTexts() throws IOException {
    write("vocab.json", "{\"a\":0}");
    write("merges.txt", "#version: 0.2\na b c\n");

    assertThatThrownBy(() -> metadata(4))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("line 2 is \"a b c\", wanted two texts and a space");
  }

  /// All bytes, and some tokens of several.
  private static List<byte[]> ranks() {
    List<byte[]> tokens = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      tokens.add(new byte[] {(byte) value});
    }
    for (String text : List.of("th", "he", "the", " t", " the", "é", "  ", "    ", "12")) {
      tokens.add(text.getBytes(StandardCharsets.UTF_8));
    }
    return tokens;
  }

  @Test
  void readsTheRanksOfQwen() throws IOException {
    StringBuilder lines = new StringBuilder();
    List<byte[]> tokens = ranks();
    for (int rank = 0; rank < tokens.size(); rank++) {
      lines.append(Base64.getEncoder().encodeToString(tokens.get(rank)));
      lines.append(' ').append(rank).append('\n');
    }
    write("qwen.tiktoken", lines.toString());
    write("config.json", "{\"model_type\":\"qwen\"}");

    Map<String, MetadataValue> metadata = metadata(500);

    assertThat(metadata)
        .containsEntry(PREFIX + "pre", new Text("qwen2"))
        .containsEntry(PREFIX + "bos_token_id", new Uint32(265))
        .containsEntry(PREFIX + "eos_token_id", new Uint32(265))
        .containsEntry(PREFIX + "unknown_token_id", new Uint32(265))
        .containsEntry(PREFIX + "normalizer.nfc", new Bool(true));
    assertThat(texts(metadata, "tokens").subList(265, 269))
        .containsExactly("<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|extra_0|>");
    assertThat(texts(metadata, "tokens").getLast()).isEqualTo("[PAD499]");
    assertThat(texts(metadata, "merges")).startsWith("t h", "h e", "th e").hasSize(9);
    assertThat(check(metadata).differences()).isEmpty();
  }

  @Test
  void readsTekken() throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<Map<String, Object>> vocab = new ArrayList<>();
    List<byte[]> tokens = ranks();
    for (int rank = 0; rank < tokens.size(); rank++) {
      String bytes = Base64.getEncoder().encodeToString(tokens.get(rank));
      vocab.add(Map.of("rank", rank, "token_bytes", bytes));
    }
    String pattern = PreTokenizers.named("tekken").orElseThrow().steps().getFirst();
    Map<String, Object> config =
        Map.of("pattern", pattern, "default_vocab_size", 285, "default_num_special_tokens", 20);
    write("tekken.json", json.writeValueAsString(Map.of("config", config, "vocab", vocab)));

    Map<String, MetadataValue> metadata = metadata(285);

    assertThat(metadata)
        .containsEntry(PREFIX + "pre", new Text("tekken"))
        .containsEntry(PREFIX + "bos_token_id", new Uint32(1))
        .containsEntry(PREFIX + "padding_token_id", new Uint32(11))
        .containsEntry(PREFIX + "add_bos_token", new Bool(true));
    assertThat(texts(metadata, "tokens").subList(0, 4))
        .containsExactly("<unk>", "<s>", "</s>", "[INST]");
    assertThat(texts(metadata, "tokens").get(20))
        .isEqualTo(Character.toString(ByteLevel.character(0)));
    assertThat(check(metadata).differences()).isEmpty();
  }

  @Test
  void readsTheVocabularyOfRwkv() throws IOException {
    write(
        "rwkv_vocab_v20230424.txt",
        "1 '\\n' 1\n2 b'\\xe6\\x97' 2\n3 \"it's\" 4\n4 ' é' 3\n5 'i' 1\n");
    write("config.json", "{\"model_type\":\"rwkv6\"}");

    Map<String, MetadataValue> metadata = metadata(300);
    Tokenizer tokenizer = Tokenizers.fromMetadata("m.gguf", metadata);

    assertThat(texts(metadata, "tokens").subList(0, 7))
        .containsExactly("<s>", "\\n", "\\xe6\\x97", "it's", " \\xc3\\xa9", "i", "[PAD6]");
    assertThat(tokenizer.encode("it's\ni é", false, false)).containsExactly(3, 1, 5, 4);
    assertThat(tokenizer.decode(4)).isEqualTo(" é".getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsWordPieces() throws IOException {
    write("vocab.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nmill\n##s\nstone\n,\n水\n");
    write("config.json", "{\"model_type\":\"bert\"}");
    write("tokenizer_config.json", "{\"cls_token\":\"[CLS]\",\"sep_token\":\"[SEP]\"}");

    Map<String, MetadataValue> metadata = new java.util.LinkedHashMap<>(metadata(12));
    metadata.put(PREFIX + "unknown_token_id", new Uint32(1));
    metadata.put(PREFIX + "bos_token_id", new Uint32(2));
    metadata.put(PREFIX + "seperator_token_id", new Uint32(3));
    Tokenizer tokenizer = Tokenizers.fromMetadata("m.gguf", metadata);

    assertThat(texts(metadata, "tokens"))
        .containsExactly(
            "[PAD]",
            "[UNK]",
            "[CLS]",
            "[SEP]",
            "[MASK]",
            "▁mill",
            "s",
            "▁stone",
            "▁,",
            "▁水",
            "▁[PAD10]",
            "▁[PAD11]");
    assertThat(tokenizer.encode("Mills,  MÍLL水stone x[MASK]", true, true))
        .containsExactly(2, 5, 6, 8, 5, 9, 7, 1, 4, 3);
    assertThat(SourceTokenizers.open(folder).encode("Mills,  MÍLL水stone x[MASK]", false))
        .containsExactly(5, 6, 8, 5, 9, 7, 1, 4);
  }

  @Test
  void saysWhatItLookedFor() {
    assertThatThrownBy(() -> metadata(4))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("has no tokenizer: no tokenizer.json, tokenizer.model, tekken.json");
  }
}
