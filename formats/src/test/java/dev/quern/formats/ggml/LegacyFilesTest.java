package dev.quern.formats.ggml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.ModelView;
import dev.quern.formats.Sha256;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.llama2c.Llama2cFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files of `src/test/golden/make_legacy_goldens.py`. Types that need quantizers are decoded in the
/// converter's tests.
final class LegacyFilesTest {
  static final Path GOLDEN = Path.of("src/test/resources/golden/legacy");

  private static ModelView open(String name) {
    Path file = GOLDEN.resolve(name + ".bin");
    return name.startsWith("llama2c") ? Llama2cFile.open(file) : GgmlFile.open(file);
  }

  private static MetadataValue value(ModelView model, String key) {
    return Objects.requireNonNull(model.metadata().get(key), key);
  }

  private static String hash(TensorData tensor) {
    byte[] bytes = new byte[(int) tensor.info().bytes()];
    tensor.read(0, tensor.info().shape().rows(), MemorySegment.ofArray(bytes));
    return Sha256.of(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ggml",
        "ggmf",
        "ggmf-parts",
        "ggjt-1",
        "ggjt-2",
        "ggjt-3",
        "llama2c-v0",
        "llama2c-v1",
        "llama2c-v2"
      })
  void decodesWhatTheProgramsOfTheirTimeDecode(String name) throws IOException {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (String line : Files.readAllLines(GOLDEN.resolve(name + ".sha256"))) {
      wanted.put(line.substring(66), line.substring(0, 64));
    }
    int compared = 0;
    try (ModelView model = open(name)) {
      assertThat(model.tensors())
          .extracting(TensorInfo::name)
          .containsExactlyInAnyOrderElementsOf(wanted.keySet());
      for (TensorInfo info : model.tensors()) {
        if (info.type() == GgmlType.F32) {
          TensorData tensor = model.tensor(info.name()).orElseThrow();
          assertThat(hash(tensor)).as(info.name()).isEqualTo(wanted.get(info.name()));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource({
    "ggml,Q4_0 of GGMLv1",
    "ggmf,Q4_1 of GGMFv1",
    "ggmf-parts,'Q4_1 of GGMFv1, in 2 parts'",
    "ggjt-1,Q4_3 of GGJTv1",
    "ggjt-1,Q5_1 of GGJTv1",
    "ggjt-2,Q8_0 of GGJTv2",
    "llama2c-v2,'llama2.c Q8, groups of 32'"
  })
  void saysHowOldBlocksAreStored(String name, String words) {
    try (ModelView model = open(name)) {
      assertThat(model.tensors())
          .anyMatch(
              info ->
                  model.tensor(info.name()).flatMap(TensorData::encoding).stream()
                      .anyMatch(words::equals));
    }
  }

  @Test
  void keepsBlocksOfTodayInPlace() {
    for (String name : List.of("ggjt-3", "ggjt-3-k")) {
      try (ModelView model = open(name)) {
        assertThat(model.tensors())
            .allMatch(info -> model.tensor(info.name()).orElseThrow().mapped().isPresent());
      }
    }
  }

  @Test
  void givesAFileTheMetadataOfTheReferenceConverter() {
    try (ModelView model = open("ggjt-3")) {
      assertThat(model.metadata().entrySet())
          .extracting(entry -> entry.getKey() + "=" + entry.getValue().display())
          .startsWith(
              "general.architecture=\"llama\"",
              "general.name=\"ggjt-3.bin\"",
              "general.description=\"converted from legacy GGJTv3 MOSTLY_Q4_0 format\"",
              "general.file_type=2",
              "llama.context_length=4096",
              "llama.embedding_length=32",
              "llama.block_count=2",
              "llama.feed_forward_length=64",
              "llama.rope.dimension_count=8",
              "llama.attention.head_count=4",
              "llama.attention.head_count_kv=2");
      Array tokens = (Array) value(model, "tokenizer.ggml.tokens");
      assertThat(tokens.values().subList(0, 4))
          .containsExactly(
              new Text("<unk>"), new Text("<s>"), new Text("</s>"), new Text("<0x00>"));
      assertThat(tokens.values().getLast()).isEqualTo(new Text("▁word4"));
    }
    try (ModelView model = open("ggml")) {
      assertThat(model.notes()).hasSize(2);
      assertThat(value(model, "llama.context_length").display()).isEqualTo("2048");
    }
  }

  @Test
  void readsTheVocabularyBesideAModelOfLlama2c() {
    try (ModelView old = open("ggjt-1");
        ModelView model = open("llama2c-v0")) {
      assertThat(value(model, "tokenizer.ggml.tokens").toString())
          .isEqualTo(value(old, "tokenizer.ggml.tokens").toString());
      assertThat(value(model, "tokenizer.ggml.token_type").toString())
          .isEqualTo(value(old, "tokenizer.ggml.token_type").toString());
    }
  }
}
