package dev.quern.formats.modelcard;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Names, titles, sizes and counts, against what gguf-py says of them (`src/test/golden`).
class ReferenceNamesTest {
  private final JsonNode golden = read("names.json");

  @Test
  void takesNamesApartAsTheReferenceDoes() {
    assertThat(golden.path("names")).hasSizeGreaterThan(1000);
    for (JsonNode row : golden.path("names")) {
      ModelId id =
          new ModelId(
              row.get(2).textValue(),
              text(row.get(3)),
              text(row.get(4)),
              text(row.get(5)),
              text(row.get(6)),
              text(row.get(7)));
      ModelId parsed = ModelId.parse(row.get(0).textValue(), row.get(1).longValue());
      assertThat(parsed).as("%s of %s", row.get(0), row.get(1)).isEqualTo(id);
    }
  }

  @Test
  void writesTitlesAsTheReferenceDoes() {
    assertThat(golden.path("titles"))
        .isNotEmpty()
        .allSatisfy(
            row -> assertThat(Title.of(row.get(0).textValue())).isEqualTo(row.get(1).textValue()));
  }

  @Test
  void roundsSizesAsTheReferenceDoes() {
    assertThat(golden.path("sizes"))
        .isNotEmpty()
        .allSatisfy(
            row ->
                assertThat(SizeLabel.of(row.get(0).longValue()))
                    .as("%s parameters", row.get(0))
                    .isEqualTo(row.get(1).textValue()));
  }

  @Test
  void labelsExpertsAsTheReferenceDoes() {
    assertThat(golden.path("experts"))
        .isNotEmpty()
        .allSatisfy(
            row ->
                assertThat(SizeLabel.of(counts(row))).as("%s", row).isEqualTo(row.get(4).asText()));
  }

  @Test
  void countsParametersAsTheReferenceDoes() {
    assertThat(golden.path("counts"))
        .isNotEmpty()
        .allSatisfy(
            model ->
                assertThat(ParameterCounts.of(tensors(model.path("tensors"))))
                    .as("%s", model)
                    .isEqualTo(counts(model.path("counts"))));
  }

  private static ParameterCounts counts(JsonNode row) {
    return new ParameterCounts(
        row.get(0).longValue(),
        row.get(1).longValue(),
        row.get(2).longValue(),
        row.get(3).longValue());
  }

  private static List<TensorInfo> tensors(JsonNode list) {
    List<TensorInfo> tensors = new ArrayList<>();
    for (JsonNode tensor : list) {
      List<Long> extents = new ArrayList<>();
      tensor.get(1).forEach(extent -> extents.add(extent.longValue()));
      Collections.reverse(extents);
      tensors.add(new TensorInfo(tensor.get(0).asText(), GgmlType.F32, new Shape(extents)));
    }
    return tensors;
  }

  private static @Nullable String text(JsonNode node) {
    return node.textValue();
  }

  static JsonNode read(String resource) {
    try (InputStream in = ReferenceNamesTest.class.getResourceAsStream(resource)) {
      return JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build()
          .readTree(Objects.requireNonNull(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
