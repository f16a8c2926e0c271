package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Conversions from GGUF: parts, a second quantization, blocks left out, metadata replaced.
class GgufPartsTest {
  @TempDir Path folder;
  private Path whole = Path.of("");

  @BeforeEach
  void convert() {
    whole = TinyModel.gguf(TinyModel.LLAMA, "F16", folder);
  }

  @Test
  void everyCommandReadsAModelInParts() {
    Path first = parts();

    JsonNode model = TinyModel.json(Run.of("inspect", first, "--json").out());
    assertThat(model.get("parts")).hasSize(3);
    assertThat(model.get("tensors")).hasSize(21);
    assertThat(model.get("weights").longValue()).isEqualTo(115_008);
    assertThat(Run.of("inspect", first).out()).contains("p/m-00003-of-00003.gguf");

    Object[] rest = {"-p", "the mill", "-n", 5, "--temperature", 0};
    assertThat(generate(first, rest)).isEqualTo(generate(whole, rest));
    assertThat(Run.of("tokenize", first, "the mill").out())
        .isEqualTo(Run.of("tokenize", whole, "the mill").out());
    Path text = TinyModel.text(folder, 4000);
    Run verified =
        Run.of("verify", first, "--against", whole, "--text", text, "--ctx", 64, "--json");
    assertThat(verified.code()).as(verified.err()).isZero();
  }

  private static String generate(Path model, Object... rest) {
    Object[] line = Stream.concat(Stream.of("generate", model), Stream.of(rest)).toArray();
    Run run = Run.of(line);
    assertThat(run.code()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void aDryRunShowsTheParts() {
    Path out = folder.resolve("d/m.gguf");
    Object[] line = {
      "convert", whole, "--to", "Q8_0", "--split-max-tensors", 9, "-o", out, "--dry-run"
    };

    Run run = Run.of(line);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .startsWith(folder + "/d/m-00001-of-00003.gguf and 2 more: ")
        .containsPattern("d/m-00003-of-00003.gguf: [0-9.]+ kB, 3 tensors\n");
    Run json = Run.of(Stream.concat(Stream.of(line), Stream.of("--json")).toArray());
    JsonNode parts = TinyModel.json(json.out()).at("/outputs/0/parts");
    assertThat(parts).hasSize(3);
    assertThat(parts.get(1).get("tensors").intValue()).isEqualTo(9);
    assertThat(folder.resolve("d")).doesNotExist();
  }

  @Test
  void anExistingPartIsReplacedOnlyByForce() throws IOException {
    Path first = parts();
    Path second = folder.resolve("p/m-00002-of-00003.gguf");
    Files.delete(first);
    Files.delete(folder.resolve("p/m-00003-of-00003.gguf"));

    Run run = split(whole);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("quern: " + second + ": exists already; --force replaces it\n");
    assertThat(TinyModel.names(folder.resolve("p"))).containsExactly("m-00002-of-00003.gguf");
  }

  @Test
  void aPartOfTheSourceIsNeverWritten() {
    Path first = parts();
    Path third = folder.resolve("p/m-00003-of-00003.gguf");

    Run run = Run.of("convert", first, "--to", "Q8_0", "-o", third, "--force");

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo("quern: " + third + ": is the source itself; give the output another name\n");
  }

  @Test
  void outputsOfAModelInPartsAreNamedAfterTheModel() {
    Path out = folder.resolve("out");
    assertThat(Run.of("convert", parts(), "--to", "Q8_0", "-o", out).code()).isZero();
    assertThat(TinyModel.names(out)).containsExactly("m-Q8_0.gguf");
  }

  @Test
  void partsOfACheckpointAreThoseOfItsFile() {
    Path out = folder.resolve("c/m.gguf");
    Run run =
        Run.of("convert", TinyModel.LLAMA, "--to", "F16", "--split-max-tensors", 9, "-o", out);
    assertThat(run.code()).as(run.err()).isZero();
    parts();
    for (int i = 1; i <= 3; i++) {
      String name = "m-0000" + i + "-of-00003.gguf";
      assertThat(folder.resolve("c/" + name)).hasSameBinaryContentAs(folder.resolve("p/" + name));
    }
  }

  /// As if the reference converter and then the reference quantizer had made it.
  @Test
  void aCheckpointIsEditedAsItsGgufWouldBe() {
    Object[] edits = {
      "--prune-layers", "0", "--override-kv", "general.name=str:x", "--override-kv", "a.b=int:1"
    };
    for (String type : List.of("F16", "Q8_0")) {
      Path direct = folder.resolve("direct-" + type + ".gguf");
      Path through = folder.resolve("through-" + type + ".gguf");
      Object[] one = {"convert", TinyModel.LLAMA, "--to", type, "-o", direct};
      Object[] two = {"convert", whole, "--to", type, "-o", through};
      assertThat(Run.of(Stream.concat(Stream.of(one), Stream.of(edits)).toArray()).code()).isZero();
      assertThat(Run.of(Stream.concat(Stream.of(two), Stream.of(edits)).toArray()).code()).isZero();
      assertThat(direct).hasSameBinaryContentAs(through);
    }
  }

  @Test
  void aSecondQuantizationIsAllowedWithAWarning() {
    Path once = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);
    Path twice = folder.resolve("twice.gguf");

    Run run = Run.of("convert", once, "--to", "Q4_0", "-o", twice, "--allow-requantize");

    assertThat(run.code()).isZero();
    assertThat(run.err())
        .startsWith(
            "warning: "
                + twice
                + ": 15 of 21 tensors are quantized a second time (15 of Q8_0): what the first time lost stays lost, and the errors add up\n");
    Path same = folder.resolve("same.gguf");
    assertThat(Run.of("convert", once, "--to", "Q8_0", "-o", same).err()).doesNotContain("warning");
  }

  static Stream<List<String>> refused() {
    return Stream.of(
        List.of(
            "1",
            "SOURCE: there is no block 2 to leave out (--prune-layers)",
            "--prune-layers",
            "2"),
        List.of("1", "SOURCE: no block would be left (--prune-layers)", "--prune-layers", "0-1"),
        List.of(
            "2",
            "--prune-layers: \"x\" in \"x\" is no number of a block and no range such as 5-7",
            "--prune-layers",
            "x"),
        List.of(
            "2", "--override-kv: \"a=int:b\": not a value of type int", "--override-kv", "a=int:b"),
        List.of(
            "2",
            "--keep-split, --split-max-size and --split-max-tensors exclude each other",
            "--keep-split",
            "--split-max-size",
            "1G"),
        List.of(
            "2",
            "--no-tensor-first-split needs --split-max-size or --split-max-tensors",
            "--no-tensor-first-split"),
        List.of(
            "2",
            "--split-max-size: \"7\" is not a size such as 500M or 2G (millions or billions of bytes)",
            "--split-max-size",
            "7"),
        List.of(
            "2",
            "--split-max-tensors: 0 tensors in a part, wanted at least 1",
            "--split-max-tensors",
            "0"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesInALine(List<String> one) {
    Path out = folder.resolve("out");
    Stream<Object> options = one.stream().skip(2).map(Object.class::cast);

    Run run =
        Run.of(
            Stream.concat(Stream.of("convert", whole, "--to", "Q8_0", "-o", out), options)
                .toArray());

    assertThat(run.code()).isEqualTo(Integer.parseInt(one.getFirst()));
    assertThat(run.err().lines().findFirst())
        .contains("quern: " + one.get(1).replace("SOURCE", whole.toString()));
    assertThat(out).doesNotExist();
  }

  @Test
  void whatOnlyAGgufHasCannotBeKeptOfACheckpoint() {
    Path out = folder.resolve("out.gguf");
    assertThat(Run.of("convert", TinyModel.LLAMA, "--to", "COPY", "-o", out).err())
        .isEqualTo(
            "quern: "
                + TinyModel.LLAMA
                + ": COPY copies a GGUF, which this is not; wanted F16 or another type\n");
    assertThat(Run.of("convert", TinyModel.LLAMA, "--to", "F16", "--keep-split", "-o", out).err())
        .isEqualTo(
            "quern: "
                + TinyModel.LLAMA
                + ": --keep-split keeps the parts of a GGUF, which this is not\n");
    assertThat(out).doesNotExist();
  }

  private Path parts() {
    Run run = split(whole);
    assertThat(run.code()).as(run.err()).isZero();
    return folder.resolve("p/m-00001-of-00003.gguf");
  }

  private Run split(Path file) {
    return Run.of(
        "convert",
        file,
        "--to",
        "COPY",
        "--split-max-tensors",
        9,
        "-o",
        folder.resolve("p/m.gguf"));
  }
}
