package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonReportTest {

  @Test
  void writesEveryFigureInAFixedOrder() {
    assertThat(JsonReport.of(Examples.report()))
        .isEqualTo(
            """
            {
              "schema" : 1,
              "tool" : "quern 0.1.0",
              "source" : {
                "name" : "novella",
                "bytes" : 9970000,
                "weights" : 4984064,
                "bits_per_weight" : 16.0
              },
              "candidate" : {
                "name" : "novella-Q4_K_M.gguf",
                "bytes" : 3100000,
                "weights" : 4984064,
                "bits_per_weight" : 4.9
              },
              "text" : {
                "name" : "eval.txt",
                "bytes" : 120000,
                "sha256" : "abababababababababababababababababababababababababababababababab",
                "tokens" : 40000,
                "scored" : "the second half of each piece"
              },
              "context" : 256,
              "chunks" : 64,
              "positions" : 8128,
              "perplexity" : {
                "value" : 24.8517,
                "error" : 0.615
              },
              "base_perplexity" : {
                "value" : 24.8007,
                "error" : 0.6136
              },
              "perplexity_ratio" : {
                "value" : 1.0,
                "error" : 9.0E-4
              },
              "log_perplexity_ratio" : {
                "value" : 0.0,
                "error" : 9.0E-4
              },
              "kld" : {
                "mean" : 0.003429,
                "error" : 5.4E-5,
                "median" : 0.00234,
                "p90" : 0.0071,
                "p95" : 0.0098,
                "p99" : 0.0195,
                "p999" : 0.0511,
                "max" : 0.109
              },
              "top1" : {
                "value" : 0.9512,
                "error" : 0.0024
              },
              "dp" : {
                "mean" : -2.1E-4,
                "error" : 2.0E-4,
                "rms" : 0.0171,
                "rms_error" : 3.0E-4
              },
              "finite" : true,
              "non_finite_positions" : 0,
              "speed" : {
                "prefill" : 812.25,
                "generate" : 96.5,
                "prefill_tokens" : 256,
                "generated_tokens" : 64,
                "arithmetic" : "int8 activations, F16 cache"
              },
              "sanity" : {
                "faults" : 0,
                "findings" : [
                  {
                    "severity" : "note",
                    "check" : "weights",
                    "problem" : "tensor output.weight: 2 of 60 rows are zero"
                  }
                ]
              },
              "verdict" : {
                "passed" : false,
                "gates" : [
                  {
                    "gate" : "kld.mean<=0.05",
                    "metric" : "kld.mean",
                    "value" : 0.003429,
                    "limit" : 0.05,
                    "passed" : true
                  },
                  {
                    "gate" : "size<3000000",
                    "metric" : "size",
                    "value" : 3100000.0,
                    "limit" : 3000000.0,
                    "passed" : false
                  }
                ]
              },
              "arithmetic" : "float activations, F32 cache",
              "machine" : {
                "system" : "Linux",
                "architecture" : "amd64",
                "processors" : 4,
                "threads" : 2,
                "java" : "25.0.1+8"
              }
            }
            """);
  }

  @Test
  void leavesOutWhatWasNotMeasured() throws IOException {
    JsonNode json = read(Examples.aloneReport(Examples.alone(), List.of()));

    assertThat(json.at("/perplexity/value").doubleValue()).isEqualTo(24.8007);
    assertThat(json.at("/perplexity/error").doubleValue()).isEqualTo(0.6136);
    for (String key : List.of("source", "base_perplexity", "kld", "top1", "dp", "speed")) {
      assertThat(json.has(key)).as(key).isFalse();
    }
    assertThat(json.at("/verdict/passed").booleanValue()).isTrue();
  }

  @Test
  void writesFiguresThatAreNotFiniteAsNull() throws IOException {
    Quality.Alone broken =
        new Quality.Alone(new Estimate(Double.NaN, Double.POSITIVE_INFINITY), 8128, 3);

    JsonNode json =
        read(Examples.aloneReport(broken, List.of(Gates.finite(), Gate.parse("ppl.value<100"))));

    assertThat(json.at("/perplexity/value").isNull()).isTrue();
    assertThat(json.at("/perplexity/error").isNull()).isTrue();
    assertThat(json.at("/finite").booleanValue()).isFalse();
    assertThat(json.at("/non_finite_positions").longValue()).isEqualTo(3);
    assertThat(json.at("/verdict/gates/0/passed").booleanValue()).isFalse();
    assertThat(json.at("/verdict/gates/1/value").isNull()).isTrue();
    assertThat(json.at("/verdict/gates/1/passed").booleanValue()).isFalse();
  }

  private static JsonNode read(Report report) throws IOException {
    return new ObjectMapper().readTree(JsonReport.of(report)); // refuses NaN and Infinity
  }
}
