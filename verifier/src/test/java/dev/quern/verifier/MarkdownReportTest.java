package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MarkdownReportTest {

  @Test
  void showsSourceAndCandidateSideBySide() {
    assertThat(MarkdownReport.of(Examples.report()))
        .isEqualTo(
            """
            # novella-Q4\\_K\\_M.gguf

            **Missed**: 1 of 2 gates not met.

            |  | novella | novella-Q4\\_K\\_M.gguf |
            |---|---:|---:|
            | Size | 9.97 MB | 3.10 MB (31.1 %) |
            | Bits per weight | 16.000 | 4.900 |
            | Perplexity | 24.8007 ± 0.6136 | 24.8517 ± 0.6150 |

            | What was lost | value |
            |---|---:|
            | Perplexity ratio | 1.00000 ± 0.00090 |
            | Mean KL divergence | 0.003429 ± 0.000054 |
            | Median KL divergence | 0.002340 |
            | 90 % KL divergence | 0.007100 |
            | 95 % KL divergence | 0.009800 |
            | 99 % KL divergence | 0.019500 |
            | 99.9 % KL divergence | 0.051100 |
            | Largest KL divergence | 0.109000 |
            | Same top token | 95.120 ± 0.240 % |
            | Mean change of probability | -0.021 ± 0.020 % |
            | RMS change of probability | 1.710 ± 0.030 % |

            | Speed | tokens/s |
            |---|---:|
            | Prefill | 812.3 |
            | Generation | 96.5 |

            | Found in the file |  |
            |---|---:|
            | note | tensor output.weight: 2 of 60 rows are zero |

            | Gate | measured |  |
            |---|---:|---:|
            | `kld.mean<=0.05` | 0.00342900 | passed |
            | `size<3000000` | 3100000 | missed |

            Measured on eval.txt (120,000 bytes, 40,000 tokens, SHA-256 `abababababababababababababababababababababababababababababababab`): 64 chunks of 256 tokens, the second half of each piece scored, 8,128 positions; KL divergence in nats per position.
            Computed with float activations, F32 cache.
            Speed with int8 activations, F16 cache: 256 tokens read at once, 64 made one by one.
            Made by quern 0.1.0 on Linux amd64, 2 threads of 4, Java 25.0.1+8.
            """);
  }

  @Test
  void showsACandidateAlone() {
    String report = MarkdownReport.of(Examples.aloneReport(Examples.alone(), List.of()));

    assertThat(report)
        .contains("No gate was set.\n")
        .contains("|  | value |\n|---|---:|\n| Size | 3.10 MB |\n")
        .contains("| Perplexity | 24.8007 ± 0.6136 |\n\nMeasured on")
        .doesNotContain("divergence |", "Speed", "Gate");
  }

  @Test
  void saysWhenFiguresAreNotFinite() {
    Quality.Alone broken =
        new Quality.Alone(new Estimate(Double.NaN, Double.POSITIVE_INFINITY), 8128, 3);

    assertThat(MarkdownReport.of(Examples.aloneReport(broken, List.of(Gates.finite()))))
        .contains("| Perplexity | not a number ± infinite |")
        .contains("| Positions that are not finite | 3 |")
        .contains("| `finite>=1` | 0 | missed |");
  }

  @Test
  void namesCannotBreakTheTable() {
    assertThat(Cells.text("a|b\nc`d")).isEqualTo("a\\|b c\\`d");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.00 kB",
    "9994, 9.99 kB",
    "9995, 10.0 kB",
    "99949, 99.9 kB",
    "99950, 100 kB",
    "999499, 999 kB",
    "999500, 1.00 MB",
    "4368439584, 4.37 GB"
  })
  void sizesHaveThreeDigits(long bytes, String shown) {
    assertThat(Cells.size(bytes)).isEqualTo(shown);
  }

  @Test
  void aReportNeedsASourceExactlyWhenItCompares() {
    Report full = Examples.report();

    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new Report(
                    full.made(),
                    null,
                    full.candidate(),
                    full.text(),
                    full.quality(),
                    null,
                    full.sanity(),
                    full.verdict()));
  }
}
