package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.gguf.GgufFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImatrixCommandTest {
  private static final Path MATRICES =
      Path.of("../formats/src/test/resources/dev/quern/formats/imatrix");
  private static final Path MODEL = Path.of("../converter/src/test/resources/importance");

  @TempDir Path folder;

  @Test
  void mergesAndConvertsAsLlamaImatrixDoes() {
    Path merged = folder.resolve("a-c.dat");
    Path converted = folder.resolve("c.gguf");

    Run merge = Run.of("imatrix", "merge", matrix("a.gguf"), matrix("c.dat"), "-o", merged);
    Run convert = Run.of("imatrix", "convert", matrix("c.dat"), "-o", converted);

    assertThat(merge).isEqualTo(new Run(0, "", ""));
    assertThat(convert).isEqualTo(new Run(0, "", ""));
    assertThat(merged).hasSameBinaryContentAs(matrix("a-c.dat"));
    assertThat(converted).hasSameBinaryContentAs(matrix("c-alone.gguf"));
    assertThat(Run.of("imatrix", "convert", matrix("c.dat"), "-o", converted).err())
        .isEqualTo("quern: " + converted + ": exists already; --force replaces it\n");
  }

  @Test
  void showsStatistics() {
    Run run = Run.of("imatrix", "show", matrix("a.gguf"));

    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("10 tensors, 3 chunks of 64 tokens, a.gguf.txt, más.txt")
        .contains("∑ E[A²]")
        .containsPattern("0\\.0025 +0\\.9514 +.*80\\.09% +145\\.7819 .* blk\\.1\\.attn_q\\.weight")
        .contains("blk.1.ffn_up_exps.weight: nothing was measured for matrix [1]");
  }

  @Test
  void showsStatisticsAsJson() {
    JsonNode document = TinyModel.json(Run.of("imatrix", "show", matrix("a.gguf"), "--json").out());

    assertThat(document.get("chunk_size").intValue()).isEqualTo(64);
    assertThat(document.get("tensors")).hasSize(9);
    assertThat(document.get("layers")).hasSize(5);
    assertThat(document.get("tensors").get(0).get("name").textValue())
        .isEqualTo("blk.0.attn_q.weight");
    assertThat(document.get("tensors").get(0).has("gain")).isFalse();
    assertThat(document.get("tensors").get(3).get("idle_matrices").get(0).intValue()).isOne();
  }

  @Test
  void quantizesWithImportance() throws IOException {
    Path output = folder.resolve("m.gguf");

    Run run = convert(output, MODEL.resolve("imatrix.gguf"));

    assertThat(run.code()).isZero();
    assertThat(run.err())
        .startsWith(
            "warning: ../converter/src/test/resources/importance/imatrix.gguf: nothing was measured"
                + " for blk.1.ffn_up_exps.weight (expert 2 of 4): every column counts the same"
                + " there\n");
    try (GgufFile file = GgufFile.open(output)) {
      assertThat(file.metadata().get("quantize.imatrix.entries_count"))
          .hasToString("Uint32[value=13]");
    }
    Files.delete(output);
    assertThat(convert(output, MODEL.resolve("imatrix.gguf"), "--strict").code()).isOne();
    assertThat(output).doesNotExist();
  }

  @Test
  void refusesAMatrixOfAnotherModelBeforeItReads() {
    Run run = convert(folder.resolve("m.gguf"), matrix("a.gguf"));

    assertThat(run.code()).isOne();
    assertThat(run.err())
        .contains("blk.0.attn_q.weight has 24 values, wanted 512 for 512 x 5: it was made with")
        .contains("blk.0.attn_k.weight needs importance to be IQ2_S");
  }

  @Test
  void explainsItself() {
    assertThat(Run.of("imatrix").code()).isEqualTo(2);
    for (String command : List.of("merge", "convert", "show")) {
      Run run = Run.of("imatrix", command, "--help");
      assertThat(run.out()).startsWith("Usage: quern imatrix " + command);
      assertThat(run.out().lines()).allMatch(line -> line.length() <= 80);
    }
  }

  @Test
  void takesEitherInclusionOrExclusion() {
    Path output = folder.resolve("m.gguf");
    Path matrix = MODEL.resolve("imatrix.gguf");

    Run both = convert(output, matrix, "--include-weights", "a", "--exclude-weights", "b");
    Run prior = convert(output, matrix, "--imatrix-prior", "-1");
    Run alone =
        Run.of("convert", MODEL.resolve("model.gguf"), "--to", "Q4_0", "--imatrix-prior", "1");

    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err())
        .startsWith("quern: --include-weights and --exclude-weights exclude each other");
    assertThat(prior.err()).startsWith("quern: --imatrix-prior: wanted a finite number");
    assertThat(alone.err()).contains("need --imatrix");
  }

  private static Run convert(Path output, Path matrix, String... more) {
    Object[] arguments = new Object[8 + more.length];
    Object[] first = {
      "convert", MODEL.resolve("model.gguf"), "--to", "IQ2_M", "-o", output, "--imatrix", matrix
    };
    System.arraycopy(first, 0, arguments, 0, 8);
    System.arraycopy(more, 0, arguments, 8, more.length);
    return Run.of(arguments);
  }

  private static Path matrix(String name) {
    return MATRICES.resolve(name);
  }
}
