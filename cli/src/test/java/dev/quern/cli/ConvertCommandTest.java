package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {
  @TempDir Path folder;

  @Test
  void aDryRunListsEveryTensorAndWritesNothing() {
    Run run = Run.of("convert", TinyModel.LLAMA, "--to", "Q4_0", "-o", folder, "--dry-run");

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith(folder + "/tiny-llama-Q4_0.gguf: ");
    assertThat(run.out().lines()).hasSize(22);
    assertThat(run.out())
        .containsPattern("\\d+  Q4_0 +64 x 64 +blk.1.attn_q.weight +by the recipe");
    assertThat(TinyModel.names(folder)).isEmpty();
  }

  @Test
  void aDryRunAsJsonIsOneDocumentWithEveryOutput() {
    Run run =
        Run.of("convert", TinyModel.LLAMA, "--to", "Q8_0,F16", "-o", folder, "--dry-run", "--json");

    assertThat(run.code()).isZero();
    JsonNode outputs = TinyModel.json(run.out()).get("outputs");
    assertThat(outputs).hasSize(2);
    assertThat(outputs.get(0).get("type").textValue()).isEqualTo("Q8_0");
    assertThat(outputs.get(1).get("path").textValue()).endsWith("tiny-llama-F16.gguf");
    JsonNode tensor = outputs.get(1).get("tensors").get(0);
    assertThat(tensor.fieldNames())
        .toIterable()
        .containsExactly("name", "type", "shape", "offset", "bytes", "reason");
    assertThat(outputs.get(0).get("tensors")).hasSize(21);
    assertThat(TinyModel.names(folder)).isEmpty();
  }

  @Test
  void severalTypesComeFromOneRunAndEqualThoseMadeAlone() {
    Run run = Run.of("convert", TinyModel.LLAMA3, "--to", "F16,bf16,Q8_0,F16", "-o", folder);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(TinyModel.names(folder))
        .containsExactly("tiny-llama3-BF16.gguf", "tiny-llama3-F16.gguf", "tiny-llama3-Q8_0.gguf");
    Path alone = folder.resolve("alone.gguf");
    assertThat(Run.of("convert", TinyModel.LLAMA3, "--to", "Q8_0", "-o", alone).code()).isZero();
    assertThat(folder.resolve("tiny-llama3-Q8_0.gguf")).hasSameBinaryContentAs(alone);
  }

  @Test
  void theSummaryAsJsonCountsFallbacks() {
    Run run = Run.of("convert", TinyModel.LLAMA, "--to", "Q4_K_M", "-o", folder, "--json");

    assertThat(run.code()).isZero();
    JsonNode document = TinyModel.json(run.out());
    assertThat(document.get("underflows").isIntegralNumber()).isTrue();
    JsonNode output = document.get("outputs").get(0);
    assertThat(output.get("fallbacks")).isNotEmpty();
    assertThat(output.get("bits_per_weight").doubleValue()).isBetween(4.0, 8.0);
    assertThat(output.get("bytes").longValue())
        .isEqualTo(Path.of(output.get("path").textValue()).toFile().length());
    assertThat(run.err()).contains("rows of 64 are no whole number of Q4_K blocks of 256");
  }

  @Test
  void theSummarySaysWhatTheTypesCost() {
    Run text = Run.of("convert", TinyModel.LLAMA, "--to", "Q4_0", "-o", folder);
    Run json =
        Run.of("convert", TinyModel.LLAMA, "--to", "Q4_0", "-o", folder, "--force", "--json");

    assertThat(text.out())
        .containsPattern(
            "relative error 0\\.0\\d+ \\(RMSE / RMS of the source\\); worst: .*Q4_0 0\\.\\d+");
    JsonNode output = TinyModel.json(json.out()).get("outputs").get(0);
    assertThat(output.get("relative_error").doubleValue()).isBetween(0.01, 0.2);
    assertThat(output.get("tensors")).hasSize(16);
    assertThat(output.get("tensors").get(0).get("relative_error").doubleValue()).isPositive();
    assertThat(output.get("tensors").get(0).get("dead_blocks").longValue()).isZero();
  }

  @Test
  void anExistingFileIsReplacedOnlyByForce() {
    Path file = TinyModel.write(folder.resolve("model.gguf"), "mine");

    Run refused = Run.of("convert", TinyModel.LLAMA, "--to", "F16", "-o", file);

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .isEqualTo("quern: " + file + ": exists already; --force replaces it\n");
    assertThat(file).hasContent("mine");
    assertThat(Run.of("convert", TinyModel.LLAMA, "--to", "F16", "-o", file, "--force").code())
        .isZero();
    assertThat(types(file)).containsEntry("output.weight", GgmlType.F16);
    assertThat(TinyModel.names(folder)).containsExactly("model.gguf");
  }

  @Test
  void aFolderThatIsNotThereIsMade() {
    Run run = Run.of("convert", TinyModel.LLAMA, "--to", "F16", "-o", folder.resolve("a/b"));

    assertThat(run.code()).isZero();
    assertThat(folder.resolve("a/b/tiny-llama-F16.gguf")).exists();
  }

  @Test
  void aFileInThePlaceOfTheFolderIsNamed() {
    Path file = TinyModel.write(folder.resolve("file"), "mine");

    Run run = Run.of("convert", TinyModel.LLAMA, "--to", "F16", "-o", file);

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err().lines()).hasSize(1).first().asString().contains(file.toString());
    assertThat(file).hasContent("mine");
  }

  @Test
  void overridesDecideTypesAndTheFirstThatMatchesCounts() {
    Path file = folder.resolve("model.gguf");
    Run run =
        Run.of(
            "convert",
            TinyModel.LLAMA,
            "--to",
            "Q8_0",
            "-o",
            file,
            "--tensor-type",
            "blk\\.0\\..*ffn_up=Q5_1",
            "--tensor-type",
            "ffn_up=q4_0",
            "--token-embedding-type",
            "f16",
            "--output-tensor-type",
            "BF16");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(types(file))
        .containsEntry("blk.0.ffn_up.weight", GgmlType.Q5_1)
        .containsEntry("blk.1.ffn_up.weight", GgmlType.Q4_0)
        .containsEntry("blk.1.ffn_gate.weight", GgmlType.Q8_0)
        .containsEntry("token_embd.weight", GgmlType.F16)
        .containsEntry("output.weight", GgmlType.BF16);
  }

  @Test
  void pureGivesEveryMatrixOneType() {
    Path file = folder.resolve("model.gguf");

    Run run = Run.of("convert", TinyModel.LLAMA, "--to", "Q4_0", "--pure", "-o", file);

    assertThat(run.code()).isZero();
    assertThat(types(file).values()).containsOnly(GgmlType.Q4_0, GgmlType.F32);
  }

  @Test
  void anOverrideThatMatchesNothingIsSaidAndCounted() {
    Run run =
        Run.of(
            "convert",
            TinyModel.LLAMA,
            "--to",
            "F16",
            "-o",
            folder,
            "--tensor-type",
            "expert=Q8_0");

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("no tensor matches --tensor-type expert=Q8_0");
    assertThat(run.out()).contains("1 unmatched override");
  }

  @Test
  void strictRefusesFallbacksAndUnmatchedOverrides() {
    Run fallback = Run.of("convert", TinyModel.LLAMA, "--to", "Q4_K_M", "--strict", "-o", folder);
    Run unmatched =
        Run.of(
            "convert",
            TinyModel.LLAMA,
            "--to",
            "F16",
            "--strict",
            "-o",
            folder,
            "--tensor-type",
            "expert=Q8_0");

    assertThat(fallback.code()).isEqualTo(1);
    assertThat(fallback.err()).contains("Q4_K blocks of 256");
    assertThat(unmatched.code()).isEqualTo(1);
    assertThat(unmatched.err()).contains("expert=Q8_0");
    assertThat(TinyModel.names(folder)).isEmpty();
  }

  @Test
  void weightsBeyondF16AreRefusedUnlessClamped() {
    Path model = TinyModel.copy(TinyModel.LLAMA, folder.resolve("model"));
    byte[] weights = TinyModel.bytes(model.resolve("model.safetensors"));
    // the first number of the first tensor, lm_head.weight, becomes 1e38
    int first = 8 + (int) MemorySegment.ofArray(weights).get(Le.LONG, 0);
    weights[first] = (byte) 0x96;
    weights[first + 1] = 0x7e;
    TinyModel.write(model.resolve("model.safetensors"), weights);
    Path out = folder.resolve("out");

    Run refused = Run.of("convert", model, "--to", "F16", "-o", out);

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err().lines().filter(l -> l.startsWith("quern:"))).hasSize(1);
    assertThat(refused.err()).contains("--clamp");
    assertThat(TinyModel.names(out)).isEmpty();
    Run clamped = Run.of("convert", model, "--to", "F16", "-o", out, "--clamp", "--json");
    assertThat(clamped.code()).as(clamped.err()).isZero();
    assertThat(TinyModel.json(clamped.out()).get("clamped").intValue()).isEqualTo(1);
  }

  @Test
  void nameAndPreTokenizerAreWhatWasAskedFor() {
    Path file = folder.resolve("model.gguf");

    Run run =
        Run.of(
            "convert",
            TinyModel.LLAMA3,
            "--to",
            "F16",
            "-o",
            file,
            "--name",
            "Mill 1",
            "--pre",
            "qwen2");

    assertThat(run.code()).as(run.err()).isZero();
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.metadata())
          .containsEntry("general.name", new Text("Mill 1"))
          .containsEntry("tokenizer.ggml.pre", new Text("qwen2"));
    }
  }

  @Test
  void anUnknownPreTokenizerStopsTheConversionAndNamesTheWayOn() {
    Path model = TinyModel.copy(TinyModel.LLAMA3, folder.resolve("model"));
    TinyModel.edit(
        model.resolve("tokenizer.json"),
        json ->
            json.withObject("/pre_tokenizer/pretokenizers/0/pattern")
                .put("Regex", "[aeiou]+|[^aeiou]+"));

    Run run = Run.of("convert", model, "--to", "F16", "-o", folder.resolve("out"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("--pre").contains("tokenizer.json");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aGgufIsASourceToo() {
    Path wide = TinyModel.gguf(TinyModel.MISTRAL, "F32", folder);
    Path fromGguf = folder.resolve("a.gguf");

    Run run = Run.of("convert", wide, "--to", "Q8_0", "-o", fromGguf);

    assertThat(run.code()).as(run.err()).isZero();
    Map<String, GgmlType> types = types(TinyModel.gguf(TinyModel.MISTRAL, "Q8_0", folder));
    assertThat(types(fromGguf)).isEqualTo(types);
  }

  @Test
  void aQuantizedGgufIsNoSource() {
    Path small = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);

    Run run = Run.of("convert", small, "--to", "Q4_0", "-o", folder.resolve("b.gguf"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains(small.toString()).contains("quantized already");
    assertThat(folder.resolve("b.gguf")).doesNotExist();
  }

  @Test
  void bytesDoNotDependOnThreads() {
    Path one = folder.resolve("one.gguf");
    Path many = folder.resolve("many.gguf");

    Run.of("convert", TinyModel.LLAMA, "--to", "Q4_K_M", "-o", one, "-t", 1, "--name", "x");
    Run.of("convert", TinyModel.LLAMA, "--to", "Q4_K_M", "-o", many, "-t", 7, "--name", "x");

    assertThat(one).hasSameBinaryContentAs(many);
  }

  private static Map<String, GgmlType> types(Path file) {
    try (GgufFile gguf = GgufFile.open(file)) {
      Map<String, GgmlType> types = new TreeMap<>();
      for (TensorInfo tensor : gguf.tensors()) {
        types.put(tensor.name(), tensor.type());
      }
      return types;
    }
  }
}
