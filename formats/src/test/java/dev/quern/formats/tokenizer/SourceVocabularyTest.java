package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceVocabularyTest {
  private static final String PREFIX = "tokenizer.ggml.";

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"spm", "byte-fallback", "byte-level"})
  void writesTheKeysOfTheReferenceConverterInItsOrder(String name) {
    GoldenFolder golden = new GoldenFolder(name);
    Map<String, MetadataValue> metadata = golden.vocabulary().metadata();
    List<String> wanted = golden.keys().stream().map(GoldenFolder.Key::name).toList();
    assertThat(List.copyOf(metadata.keySet())).isEqualTo(wanted);
    for (GoldenFolder.Key key : golden.keys()) {
      MetadataValue value = Objects.requireNonNull(metadata.get(key.name()));
      assertThat(GoldenFolder.typeName(value)).as(key.name()).isEqualTo(key.type());
      boolean scoresFromMerges =
          name.equals("byte-fallback") && key.name().equals(PREFIX + "scores");
      if (!scoresFromMerges) {
        assertThat(GoldenFolder.shown(value))
            .as(key.name())
            .isEqualTo(GoldenFolder.shown(key.value()));
      }
    }
  }

  @Test
  void scoresOfByteFallbackVocabulariesFollowTheMerges() {
    Map<String, MetadataValue> metadata = new GoldenFolder("byte-fallback").vocabulary().metadata();
    MetadataValue.Array scores =
        (MetadataValue.Array) Objects.requireNonNull(metadata.get(PREFIX + "scores"));
    assertThat(scores.values().subList(259, 262))
        .containsExactly(
            new MetadataValue.Float32(0),
            new MetadataValue.Float32(-1),
            new MetadataValue.Float32(-2));
  }

  private Path copyOf(String name) throws IOException {
    Path source = new GoldenFolder(name).path();
    try (Stream<Path> files = Files.list(source)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(source.relativize(file)));
      }
    }
    return folder;
  }

  private static MetadataValue value(SourceVocabulary vocabulary, String key) {
    return Objects.requireNonNull(vocabulary.metadata().get(PREFIX + key));
  }

  private SourceVocabulary read(long vocabSize) {
    return SourceVocabulary.read(folder, vocabSize, Optional.empty());
  }

  @Test
  void marksTheEndOfCodeLlamasFillIns() throws IOException {
    copyOf("spm");
    SourceVocabulary vocabulary = read(32016);
    assertThat(value(vocabulary, "eot_token_id")).isEqualTo(new MetadataValue.Uint32(32010));
    assertThat(((MetadataValue.Array) value(vocabulary, "tokens")).values())
        .hasSize(32016)
        .endsWith(new MetadataValue.Text("[PAD32015]"));
  }

  @Test
  void neverAddsABeginningToGranitesSmallVocabulary() throws IOException {
    copyOf("spm");
    assertThat(value(read(49152), "add_bos_token")).isEqualTo(new MetadataValue.Bool(false));
  }

  /// Adds a field to the model; of a number that is there twice, the last one counts.
  private void append(int... field) throws IOException {
    Path file = folder.resolve("tokenizer.model");
    byte[] model = Files.readAllBytes(file);
    byte[] longer = Arrays.copyOf(model, model.length + field.length);
    for (int i = 0; i < field.length; i++) {
      longer[model.length + i] = (byte) field[i];
    }
    Files.write(file, longer);
  }

  @Test
  void asksForNoSpaceWhereTheModelPutsNone() throws IOException {
    copyOf("spm");
    append(0x1a, 2, 0x18, 0);
    Map<String, MetadataValue> metadata = read(424).metadata();
    assertThat(List.copyOf(metadata.keySet())).endsWith(PREFIX + "add_space_prefix");
    assertThat(metadata).containsEntry(PREFIX + "add_space_prefix", new MetadataValue.Bool(false));
  }

  @Test
  void refusesModelsOfWords() throws IOException {
    copyOf("spm");
    append(0x12, 2, 0x18, 3);
    assertThatThrownBy(() -> read(424))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("of kind word")
        .hasMessageContaining("wanted BPE or unigram");
  }

  @Test
  void saysThatCharactersWouldBeReplaced() throws IOException {
    copyOf("spm");
    append(0x1a, 10, 0x12, 8, 4, 0, 0, 0, 0, 0, 0, 0);
    assertThat(read(424).warnings()).singleElement().asString().contains("normalizes text");
  }

  @Test
  void refusesAVocabularyFarLargerThanTheTokenizer() throws IOException {
    copyOf("byte-level");
    assertThatThrownBy(() -> read(2_000_000_000L))
        .hasMessageContaining("vocab_size is 2000000000, but the tokenizer has 420 tokens");
    assertThatThrownBy(() -> read(0)).hasMessageContaining("vocab_size is 0");
  }

  @Test
  void refusesTokensBeyondTheVocabulary() throws IOException {
    copyOf("byte-level");
    assertThatThrownBy(() -> read(421))
        .hasMessageContaining("the token \"<tool>\" has id 421, but there is room for 421");
  }

  @Test
  void refusesAFolderWithoutTokenizer() throws IOException {
    assertThatThrownBy(() -> read(100))
        .hasMessageContaining("has no tokenizer: no tokenizer.json, tokenizer.model");
    Files.writeString(folder.resolve("tekken.json"), "{}");
    assertThatThrownBy(() -> read(100)).hasMessageContaining("config.default_num_special_tokens");
  }

  @Test
  void writesThePreTokenizerThatIsForced() throws IOException {
    copyOf("byte-level");
    SourceVocabulary vocabulary = SourceVocabulary.read(folder, 428, Optional.of("falcon3"));
    assertThat(value(vocabulary, "pre")).isEqualTo(new MetadataValue.Text("falcon3"));
    assertThatThrownBy(() -> SourceVocabulary.read(folder, 428, Optional.of("nonsense")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "no pre-tokenizer is called nonsense, known are default, llama-bpe");
  }

  @Test
  void leavesOutSpecialTokensThatAreNotThere() throws IOException {
    copyOf("spm");
    Files.writeString(folder.resolve("config.json"), "{\"pad_token_id\": 700}");
    SourceVocabulary vocabulary = read(424);
    assertThat(vocabulary.metadata()).doesNotContainKey(PREFIX + "padding_token_id");
    assertThat(vocabulary.warnings()).singleElement().asString().contains("has id 700");
  }

  @Test
  void takesTemplatesFromTheirOwnFiles() throws IOException {
    copyOf("spm");
    Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": \"<s>\"}");
    Files.writeString(folder.resolve("chat_template.json"), "{\"chat_template\": \"json\"}");
    assertThat(read(424).metadata())
        .containsEntry("tokenizer.chat_template", new MetadataValue.Text("json"));
    Files.writeString(folder.resolve("chat_template.jinja"), "jinja\r\n");
    assertThat(read(424).metadata())
        .containsEntry("tokenizer.chat_template", new MetadataValue.Text("jinja\n"));
    Files.createDirectory(folder.resolve("additional_chat_templates"));
    Files.writeString(folder.resolve("additional_chat_templates").resolve("r a.jinja"), "rag");
    assertThat(read(424).metadata())
        .containsEntry("tokenizer.chat_template.r_a", new MetadataValue.Text("rag"))
        .containsKey("tokenizer.chat_templates");
  }

  @Test
  void saysThatNoBeginningIsAddedWhereTheNameMeansOne() throws IOException {
    copyOf("byte-level");
    Path file = folder.resolve("tokenizer.json");
    String json = Files.readString(file);
    int from = json.indexOf("\"post_processor\":");
    int to = json.indexOf("\"decoder\":");
    Files.writeString(
        file, json.substring(0, from) + "\"post_processor\":null," + json.substring(to));
    assertThat(value(read(428), "add_bos_token")).isEqualTo(new MetadataValue.Bool(false));
  }

  @Test
  void readsMistralsOwnModel() throws IOException {
    String judges = System.getenv("QUERN_JUDGES");
    assumeTrue(judges != null, "QUERN_JUDGES is not set");
    Files.copy(
        Path.of(judges, "tokenizers", "mistral-7b-v0.1.tokenizer.model"),
        folder.resolve("tokenizer.model"));
    SourceVocabulary vocabulary = read(32000);
    Tokenizer tokenizer = Tokenizers.fromMetadata("mistral", vocabulary.metadata());
    assertThat(tokenizer.encode("The quick brown fox", true, false))
        .containsExactly(1, 415, 2936, 9060, 285, 1142);
  }
}
