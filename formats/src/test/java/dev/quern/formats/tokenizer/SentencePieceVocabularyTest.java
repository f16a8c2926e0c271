package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.tokenizer.source.SourceTokenizers;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentencePieceVocabularyTest {
  private static final String PREFIX = "tokenizer.ggml.";

  @TempDir private Path folder = Path.of("");

  private Map<String, MetadataValue> metadata(String model, int size, String type, String tokens)
      throws IOException {
    Files.copy(Path.of(model), folder.resolve("tokenizer.model"));
    Files.writeString(folder.resolve("config.json"), "{\"model_type\":\"" + type + "\"}");
    Files.writeString(
        folder.resolve("tokenizer_config.json"), "{\"added_tokens_decoder\":{" + tokens + "}}");
    return SourceVocabulary.read(folder, size, Optional.empty()).metadata();
  }

  private static String golden(String name) {
    return new GoldenFolder(name).path().resolve("tokenizer.model").toString();
  }

  private static MetadataValue at(Map<String, MetadataValue> metadata, String key, int index) {
    return metadata.get(PREFIX + key) instanceof Array array
        ? array.values().get(index)
        : new Bool(false);
  }

  @Test
  void takesThePlainListsOfPhi3AsTheyAre() throws IOException {
    Map<String, MetadataValue> metadata =
        metadata(golden("spm"), 460, "phi3", "\"450\":{\"content\":\"<|a▁b|>\",\"special\":false}");

    assertThat(at(metadata, "tokens", 450)).isEqualTo(new Text("<|a▁b|>"));
    assertThat(at(metadata, "token_type", 450)).isEqualTo(new Int32(4));
    assertThat(at(metadata, "token_type", 451)).isEqualTo(new Int32(5));
  }

  @Test
  void endsInternLmsAnswersWithTheEndOfATurn() throws IOException {
    Map<String, MetadataValue> metadata =
        metadata(
            golden("spm"),
            460,
            "internlm2",
            "\"455\":{\"content\":\"<|im_end|>\",\"special\":true}");

    assertThat(metadata).containsEntry(PREFIX + "eos_token_id", new Uint32(455));
    assertThat(at(metadata, "token_type", 455)).isEqualTo(new Int32(3));
  }

  @Test
  void leavesTheSpacePrefixToTheLlamas() throws IOException {
    Map<String, MetadataValue> metadata = metadata(golden("spm"), 446, "baichuan", "");

    assertThat(metadata).doesNotContainKey(PREFIX + "add_space_prefix");
  }

  @Test
  void readsUnigramModels() throws IOException, URISyntaxException {
    Path golden = Path.of(SourceTokenizers.class.getResource("unigram").toURI());
    String model = golden.resolve("tokenizer.model").toString();
    Map<String, MetadataValue> metadata = metadata(model, 200, "t5", "");
    Tokenizer tokenizer = Tokenizers.fromMetadata("m.gguf", Map.copyOf(with(metadata)));

    assertThat(metadata)
        .containsEntry(PREFIX + "model", new Text("t5"))
        .containsEntry(PREFIX + "remove_extra_whitespaces", new Bool(true))
        .containsKey(PREFIX + "precompiled_charsmap");
    ObjectMapper json = new ObjectMapper();
    int compared = 0;
    for (JsonNode one : json.readTree(golden.resolve("ids.json").toFile())) {
      String text = one.path("text").asText();
      if (!text.contains("ab") && !text.contains("<sep>")) { // GGUF has no user-defined pieces
        int[] ids = json.convertValue(one.path("ids"), int[].class);
        assertThat(tokenizer.encode(text, false, false)).as(text).containsExactly(ids);
        compared++;
      }
    }
    assertThat(compared).isGreaterThan(30);
  }

  private static Map<String, MetadataValue> with(Map<String, MetadataValue> metadata) {
    Map<String, MetadataValue> all = new java.util.HashMap<>(metadata);
    all.put(PREFIX + "unknown_token_id", new Uint32(0));
    all.put(PREFIX + "eos_token_id", new Uint32(2));
    return all;
  }

  @Test
  void keepsItsPaddingApart() throws IOException {
    Map<String, MetadataValue> metadata = metadata(golden("spm"), 470, "llama", "");

    assertThat(List.of(at(metadata, "tokens", 469), at(metadata, "token_type", 469)))
        .containsExactly(new Text("[PAD469]"), new Int32(5));
  }
}
