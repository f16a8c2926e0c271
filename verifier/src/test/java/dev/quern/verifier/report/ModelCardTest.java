package dev.quern.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.quern.verifier.Examples;
import java.util.List;
import org.junit.jupiter.api.Test;

class ModelCardTest {

  @Test
  void isOneTableOverAllFiles() {
    assertThat(ModelCard.of(List.of(Examples.report(), Examples.report())))
        .isEqualTo(
            """
            ## What quantization cost

            Every file was held against novella (16.00 bits per weight, 9.97 MB) over the same text.

            | file | size | bits per weight | perplexity | ratio | mean KLD | 99 % KLD | same top token |
            |---|---:|---:|---:|---:|---:|---:|---:|
            | novella-Q4\\_K\\_M.gguf | 3.10 MB | 4.90 | 24.852 ± 0.615 | 1.0000 ± 0.0009 | 0.00343 ± 0.00005 | 0.0195 | 95.12 % |
            | novella-Q4\\_K\\_M.gguf | 3.10 MB | 4.90 | 24.852 ± 0.615 | 1.0000 ± 0.0009 | 0.00343 ± 0.00005 | 0.0195 | 95.12 % |

            KLD is the Kullback-Leibler divergence from the source in nats per token, over 8,128 positions of eval.txt (SHA-256 `abababababababababababababababababababababababababababababababab`) in pieces of 256 tokens. Errors are standard errors over positions taken as independent. Made by quern 0.1.0; models computed with float activations, F32 cache.
            """);
  }

  @Test
  void leavesOutWhatWasNotMeasured() {
    assertThat(ModelCard.of(List.of(Examples.aloneReport(Examples.alone(), List.of()))))
        .contains("24.801 ± 0.614 | – | – | – | – |\n")
        .doesNotContain("held against");
  }

  @Test
  void needsAReport() {
    assertThatIllegalArgumentException().isThrownBy(() -> ModelCard.of(List.of()));
  }
}
