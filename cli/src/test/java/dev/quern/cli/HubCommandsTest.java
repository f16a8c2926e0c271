package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands on a model of the Hub, each in a process that is told where the Hub is.
class HubCommandsTest {
  private static final String ID = "hf://owner/name";
  private static final String FILE = "name-Q4_1.gguf";

  @TempDir Path folder;

  private record Result(int code, String log) {}

  private Result run(SmallHub hub, Object... arguments) throws IOException, InterruptedException {
    Path log = folder.resolve("log");
    Process quern = Child.start(hub.environment(), "-Xmx400m", Quern.class, log, arguments);
    int code = quern.waitFor();
    return new Result(code, TinyModel.read(log));
  }

  @Test
  @Timeout(120)
  void shrinkFetchesAModelOnceAndCalibratesAndMeasuresItAsIfItWereHere()
      throws IOException, InterruptedException {
    Path model = TinyModel.copy(TinyModel.LLAMA, folder.resolve("name"));
    Path out = folder.resolve("out");
    Path here = folder.resolve("here");
    Run local = Run.of(shrink(model, here));
    assertThat(local.code()).as(local.err()).isEqualTo(ExitCode.GATE_MISSED); // random weights
    try (SmallHub hub = new SmallHub(model)) {
      Result shrunk = run(hub, shrink(ID, out));
      assertThat(shrunk.code).as(shrunk.log).isEqualTo(local.code());
      assertThat(shrunk.log).contains("note: the model is fetched once, and its weights stay in ");
      assertThat(hub.ranges()).doesNotHaveDuplicates();
    }
    assertThat(TinyModel.names(out)).contains(FILE).doesNotContain(".source");
    assertThat(Files.mismatch(out.resolve(FILE), here.resolve(FILE))).isEqualTo(-1);
    for (String figure : new String[] {"/perplexity", "/base_perplexity", "/kld"}) {
      assertThat(TinyModel.json(TinyModel.read(out.resolve("report.json"))).at(figure))
          .isEqualTo(TinyModel.json(TinyModel.read(here.resolve("report.json"))).at(figure));
    }
  }

  /// To a type whose scales importance decides.
  private Object[] shrink(Object source, Path out) {
    Path text = TinyModel.text(folder, 4000);
    Object[] walk = {"--text", text, "--ctx", 32, "--chunks", 2};
    Object[] calibration = {"--calibrate", text, "--calibrate-chunks", 2};
    return Stream.of(new Object[] {"shrink", source, "--to", "Q4_1", "-o", out}, walk, calibration)
        .flatMap(Arrays::stream)
        .toArray();
  }

  @Test
  @Timeout(60)
  void inspectReadsHeadersAndDiffReadsWeights() throws IOException, InterruptedException {
    try (SmallHub hub = new SmallHub(TinyModel.LLAMA)) {
      Result inspected = run(hub, "inspect", ID);
      assertThat(inspected.code).as(inspected.log).isZero();
      assertThat(inspected.log).contains("model.layers.0.self_attn.q_proj.weight");
      Result compared = run(hub, "diff", ID, TinyModel.LLAMA, "--same");
      assertThat(compared.code).as(compared.log).isZero();
    }
  }

  @Test
  @Timeout(60)
  void whatWouldReadAModelAgainAndAgainIsRefusedInALine() throws IOException, InterruptedException {
    try (SmallHub hub = new SmallHub(TinyModel.LLAMA)) {
      Result generated = run(hub, "generate", ID, "-p", "a");
      assertThat(generated.code).isEqualTo(1);
      assertThat(generated.log)
          .contains("a model of hf:// is fetched while it is read, and this would read it again");
      assertThat(hub.ranges()).isEmpty();
    }
  }
}
