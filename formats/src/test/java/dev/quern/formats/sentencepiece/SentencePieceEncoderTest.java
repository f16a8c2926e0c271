package dev.quern.formats.sentencepiece;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.formats.subwords.IntList;
import dev.quern.formats.tokenizer.source.SourceTokenizers;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What `src/test/golden/make_pipeline_goldens.py` made with the sentencepiece library.
class SentencePieceEncoderTest {
  private static Path folder(String name) throws URISyntaxException {
    return Path.of(SourceTokenizers.class.getResource(name).toURI());
  }

  private static SentencePieceEncoder encoder(String name) throws URISyntaxException {
    Path file = folder(name).resolve("tokenizer.model");
    return new SentencePieceEncoder(SentencePieceModel.read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bpe", "bpe-plain", "unigram", "unigram-behind"})
  void writesTheIdsOfTheLibrary(String name) throws IOException, URISyntaxException {
    SentencePieceEncoder encoder = encoder(name);
    ObjectMapper json = new ObjectMapper();
    JsonNode cases = json.readTree(folder(name).resolve("ids.json").toFile());
    assertThat(cases.size()).isGreaterThan(50);
    for (JsonNode one : cases) {
      IntList ids = new IntList(16);
      encoder.encode(one.path("text").asText(), ids);

      assertThat(ids.toArray())
          .as(one.path("text").asText())
          .containsExactly(json.convertValue(one.path("ids"), int[].class));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bpe", "unigram"})
  @Timeout(30)
  void takesLongLinesInStride(String name) throws URISyntaxException {
    IntList ids = new IntList(16);
    encoder(name).encode("themillstone".repeat(100_000), ids);

    assertThat(ids.size()).isGreaterThan(200_000);
  }
}
