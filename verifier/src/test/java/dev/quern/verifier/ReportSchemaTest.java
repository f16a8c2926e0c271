package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `docs/report.schema.json` says what reports look like.
class ReportSchemaTest {
  private static final Path FILE = Path.of("..", "docs", "report.schema.json");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void reportsAreOfTheirSchema() throws IOException {
    Quality.Alone broken = new Quality.Alone(new Estimate(Double.NaN, Double.NaN), 128, 128);

    for (Report report :
        List.of(
            Examples.report(),
            Examples.detailedReport(),
            Examples.aloneReport(broken, List.of(Gates.finite())))) {
      assertThat(schema().validate(MAPPER.readTree(JsonReport.of(report)))).isEmpty();
    }
  }

  @Test
  void theSchemaNamesEveryKey() throws IOException {
    assertNamed(MAPPER.readTree(JsonReport.of(Examples.report())), document(), "report");
    assertNamed(MAPPER.readTree(JsonReport.of(Examples.detailedReport())), document(), "report");
  }

  @Test
  void aReportThatLacksAKeyIsRefused() throws IOException {
    for (String key : List.of("candidate", "kld", "verdict", "schema")) {
      ObjectNode report = (ObjectNode) MAPPER.readTree(JsonReport.of(Examples.report()));
      report.remove(key);

      assertThat(schema().validate(report)).as(key).isNotEmpty();
    }
  }

  @Test
  void theVersionIsTheOneThatIsWritten() throws IOException {
    assertThat(document().at("/properties/schema/const").intValue()).isEqualTo(Report.SCHEMA);
  }

  private static void assertNamed(JsonNode value, JsonNode schema, String at) {
    JsonNode properties = schema.path("properties");
    for (Iterator<String> names = value.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      assertThat(properties.has(name)).as(at + "." + name).isTrue();
      assertNamed(value.get(name), properties.get(name), at + "." + name);
    }
  }

  private static JsonNode document() throws IOException {
    return MAPPER.readTree(Files.readString(FILE));
  }

  private static JsonSchema schema() throws IOException {
    return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(document());
  }
}
