package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.imatrix.ImportanceEntry;
import dev.quern.formats.imatrix.ImportanceMatrix;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  private static final int CONTEXT = 64;
  private static final String DOWN = "blk.1.ffn_down.weight";

  @TempDir Path folder;
  private Path text = Path.of("");
  private Path matrix = Path.of("");

  @BeforeEach
  void writeText() {
    text = TinyModel.text(folder, 1500);
    matrix = folder.resolve("imatrix.gguf");
  }

  @Test
  void measuresACheckpointAndSaysHowMuchOfItWasCovered() {
    Run run = calibrate(TinyModel.LLAMA, "--text", text, "-o", matrix, "--chunks", 3);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("14 tensors, 3 chunks of 64 tokens, " + text)
        .contains("14 tensors measured, 0 not; 0 expert matrices never asked");
    try (ImportanceMatrix read = ImportanceMatrix.open(matrix)) {
      assertThat(read.entry(DOWN).orElseThrow().count(0)).isEqualTo(3 * CONTEXT);
    }
  }

  @Test
  void theOlderFormatSaysTheSame() {
    Path dat = folder.resolve("imatrix.dat");
    calibrate(TinyModel.LLAMA, "--text", text, "-o", matrix);
    calibrate(TinyModel.LLAMA, "--text", text, "-o", dat);

    Run back = Run.of("imatrix", "convert", matrix, "-o", folder.resolve("converted.dat"));

    assertThat(back.code()).isZero();
    assertThat(dat).hasSameBinaryContentAs(folder.resolve("converted.dat"));
  }

  @Test
  void textsCountAsTheirWeightsSay() {
    Path other = TinyModel.write(folder.resolve("b=3.txt"), "grain and flour and ".repeat(100));
    calibrate(TinyModel.LLAMA, "--text", text, "-o", folder.resolve("a.gguf"), "--chunks", 2);
    calibrate(TinyModel.LLAMA, "--text", other, "-o", folder.resolve("b.gguf"), "--chunks", 2);

    Run run =
        calibrate(
            TinyModel.LLAMA, "--text", text, "--text", other + "=3", "-o", matrix, "--chunks", 2);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains(text + ", " + other + "=3");
    float[] a = importance(folder.resolve("a.gguf"));
    float[] b = importance(folder.resolve("b.gguf"));
    float[] both = importance(matrix);
    assertThat(b).isNotEqualTo(a);
    for (int i = 0; i < both.length; i++) {
      float expected = (a[i] + 3 * b[i]) / 4;
      assertThat(Math.abs(both[i] - expected)).isLessThan(1e-5f * expected);
    }
  }

  private static float[] importance(Path file) {
    try (ImportanceMatrix matrix = ImportanceMatrix.open(file)) {
      ImportanceEntry entry = matrix.entry(DOWN).orElseThrow();
      float[] values = new float[entry.size()];
      entry.importance(0, values.length, values);
      return values;
    }
  }

  @Test
  void theOutputIsMeasuredWhereWanted() {
    Run run =
        calibrate(TinyModel.LLAMA, "--text", text, "-o", matrix, "--process-output", "--json");

    JsonNode document = TinyModel.json(run.out());
    assertThat(document.get("entries").intValue()).isEqualTo(15);
    assertThat(document.get("tensors").get(14).get("name").textValue()).isEqualTo("output.weight");
  }

  @Test
  void refusesToReplaceAFileBeforeItReadsTheModel() {
    TinyModel.write(matrix, "precious");

    Run run = calibrate(folder.resolve("no-model"), "--text", text, "-o", matrix);

    assertThat(run)
        .isEqualTo(new Run(1, "", "quern: " + matrix + ": exists already; --force replaces it\n"));
  }

  @Test
  void refusesWeightsThatMakeNoSense() {
    for (String weight : new String[] {"0", "-1", "NaN", "much", ""}) {
      Run run = calibrate(TinyModel.LLAMA, "--text", text + "=" + weight, "-o", matrix);
      assertThat(run.code()).isEqualTo(2);
      assertThat(run.err()).contains("wanted FILE=WEIGHT with a finite weight above 0");
    }
  }

  @Test
  void warnsOfMoreTokensThanTheModelWasTrainedFor() {
    Path model = TinyModel.copy(TinyModel.LLAMA, folder.resolve("model"));
    TinyModel.edit(
        model.resolve("config.json"), config -> config.put("max_position_embeddings", 63));

    Run run = calibrate(model, "--text", text, "-o", matrix);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .startsWith("warning: --ctx is 64, and the model was trained for 63: beyond that");
  }

  @Test
  void shrinkCalibratesAndUsesWhatItFound() {
    Path out = folder.resolve("out");
    Path eval = TinyModel.write(folder.resolve("eval.txt"), TinyModel.read(text));

    for (int i = 0; i < 2; i++) {
      Run run =
          Run.of(
              "shrink",
              TinyModel.LLAMA,
              "--to",
              "Q4_0",
              "-o",
              out,
              "--text",
              eval,
              "--calibrate",
              text,
              "--gate",
              "finite",
              "-t",
              2);
      assertThat(run.code()).as(run.err()).isZero();
    }

    assertThat(TinyModel.names(out)).contains("tiny-llama-imatrix.gguf", "tiny-llama-Q4_0.gguf");
    assertThat(TinyModel.read(out.resolve("SHA256SUMS"))).contains("tiny-llama-imatrix.gguf");
    try (GgufFile file = GgufFile.open(out.resolve("tiny-llama-Q4_0.gguf"))) {
      assertThat(file.metadata().get("quantize.imatrix.file"))
          .isEqualTo(new Text("tiny-llama-imatrix.gguf"));
      assertThat(file.metadata().get("quantize.imatrix.dataset"))
          .isEqualTo(new Text(text.toString()));
    }
  }

  @Test
  void shrinkTakesOneMatrixOnly() {
    Run run =
        Run.of("shrink", TinyModel.LLAMA, "--to", "Q4_0", "--calibrate", text, "--imatrix", matrix);

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("--calibrate and --imatrix exclude each other");
  }

  private static Run calibrate(Path model, Object... options) {
    Object[] all = new Object[options.length + 6];
    all[0] = "calibrate";
    all[1] = model;
    System.arraycopy(options, 0, all, 2, options.length);
    all[options.length + 2] = "-t";
    all[options.length + 3] = 2;
    all[options.length + 4] = "--ctx";
    all[options.length + 5] = CONTEXT;
    return Run.of(all);
  }
}
