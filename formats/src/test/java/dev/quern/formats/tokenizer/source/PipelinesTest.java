package dev.quern.formats.tokenizer.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// What `src/test/golden/make_pipeline_goldens.py` made with the tokenizers library.
class PipelinesTest {
  @TempDir private Path folder = Path.of("");

  @TestFactory
  Stream<DynamicTest> writesTheIdsOfTheLibrary() throws IOException {
    try (InputStream in = PipelinesTest.class.getResourceAsStream("pipelines.json")) {
      JsonNode cases = new ObjectMapper().readTree(in);
      assertThat(cases.size()).isGreaterThan(35);
      return StreamSupport.stream(cases.spliterator(), false)
          .map(one -> DynamicTest.dynamicTest(one.path("name").asText(), () -> check(one)))
          .toList()
          .stream();
    }
  }

  private void check(JsonNode one) throws IOException {
    Files.writeString(folder.resolve("tokenizer.json"), one.path("tokenizer").toString());
    SourceTokenizer tokenizer = SourceTokenizers.open(folder);
    for (int i = 0; i < one.path("texts").size(); i++) {
      String text = one.path("texts").path(i).asText();
      int[] ids = new ObjectMapper().convertValue(one.path("ids").path(i), int[].class);

      assertThat(tokenizer.encode(text, true)).as(text).containsExactly(ids);
    }
  }
}
