package dev.quern.formats.modelcard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MetadataValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Whole folders, against the metadata that gguf-py writes for them (`src/test/golden`).
class ReferenceCardsTest {
  @TempDir private Path root;

  @TestFactory
  Stream<DynamicTest> writesWhatTheReferenceWrites() {
    return StreamSupport.stream(ReferenceNamesTest.read("cards.json").spliterator(), false)
        .map(card -> DynamicTest.dynamicTest(card.path("case").asText(), () -> check(card)));
  }

  private void check(JsonNode card) throws IOException {
    long total = card.path("total").longValue();
    GeneralMetadata metadata =
        GeneralMetadata.of(
            folder(card),
            new ParameterCounts(total, total, 0, 0),
            Optional.ofNullable(card.path("name").textValue()));

    Map<String, MetadataValue> expected = new LinkedHashMap<>();
    card.path("values").forEach(entry -> expected.put(entry.path("key").asText(), value(entry)));
    assertThat(List.copyOf(metadata.values().entrySet()))
        .containsExactlyElementsOf(expected.entrySet());
    if (card.path("file").isTextual()) {
      assertThat(metadata.fileName("q4_k_m")).isEqualTo(card.path("file").textValue());
    }
  }

  private Path folder(JsonNode card) throws IOException {
    Path parent = Files.createTempDirectory(root, "card");
    Path folder = Files.createDirectory(parent.resolve(card.path("folder").asText()));
    if (card.path("readme").isTextual()) {
      Files.writeString(folder.resolve("README.md"), card.path("readme").textValue());
    }
    if (card.path("config").isObject()) {
      Files.writeString(folder.resolve("config.json"), card.path("config").toString());
    }
    if (card.path("generation").isObject()) {
      String json = card.path("generation").toString().replace("\"Infinity\"", "Infinity");
      Files.writeString(folder.resolve("generation_config.json"), json);
    }
    return folder;
  }

  private static MetadataValue value(JsonNode entry) {
    JsonNode value = entry.path("value");
    return switch (entry.path("type").intValue()) {
      case 4 -> new MetadataValue.Uint32(value.longValue());
      case 5 ->
          new MetadataValue.Int32(
              value.isBoolean() ? (value.booleanValue() ? 1 : 0) : value.intValue());
      case 6 -> new MetadataValue.Float32(Float.intBitsToFloat((int) value.longValue()));
      case 8 -> new MetadataValue.Text(value.textValue());
      case 9 -> array(entry.path("elements").intValue(), value);
      default -> throw new IllegalArgumentException("no such type here: " + entry);
    };
  }

  private static MetadataValue array(int type, JsonNode values) {
    List<MetadataValue> elements = new ArrayList<>();
    for (JsonNode value : values) {
      elements.add(
          switch (type) {
            case 5 -> new MetadataValue.Int32(value.intValue());
            case 6 -> new MetadataValue.Float32(value.floatValue());
            case 7 -> new MetadataValue.Bool(value.booleanValue());
            case 8 -> new MetadataValue.Text(value.textValue());
            default -> throw new IllegalArgumentException("no such element type here: " + type);
          });
    }
    return new MetadataValue.Array(type, elements);
  }
}
