package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `quern merge`, and the same options of `convert`.
final class MergeCommandTest {
  private static final Path DELTAS = TinyModel.GOLDEN.resolve("deltas");
  private static final Path BASE = DELTAS.resolve("base");

  @TempDir private Path folder = Path.of("");

  @Test
  void writesAFolderWithIndexAndConfiguration() {
    Path merged = folder.resolve("merged");

    Run run =
        Run.of(
            "merge", "--base", BASE, "--delta", DELTAS.resolve("alpaca"), "-o", merged, "--json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("note: ").contains("the mean of its rows");
    assertThat(TinyModel.json(run.out()).get("tensors")).hasSize(12);
    assertThat(TinyModel.names(merged)).containsExactly("config.json", "model.safetensors");
    Run diff = Run.of("diff", merged, merged, "--same");
    assertThat(diff.code()).as(diff.err()).isZero();
  }

  @Test
  void saysWhatItWouldAddToWhat() {
    Run run =
        Run.of(
            "merge",
            "--base",
            BASE,
            "--delta",
            DELTAS.resolve("vicuna"),
            "-o",
            folder.resolve("none"),
            "--dry-run");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("model.layers.0.self_attn.q_proj.weight")
        .contains("+ " + DELTAS.resolve("vicuna/model.safetensors"));
    assertThat(folder.resolve("none")).doesNotExist();
  }

  @Test
  void convertsASumThatWasNeverWritten() {
    Path delta = TinyModel.copy(DELTAS.resolve("vicuna"), folder.resolve("vicuna"));
    for (String file : new String[] {"tokenizer.model", "tokenizer_config.json"}) {
      TinyModel.write(delta.resolve(file), TinyModel.bytes(TinyModel.LLAMA.resolve(file)));
    }
    Run plan = Run.of("convert", BASE, "--delta", delta, "--to", "Q8_0", "-o", folder, "--dry-run");
    Run run = Run.of("convert", BASE, "--delta", delta, "--to", "Q8_0", "-o", folder);

    assertThat(plan.out()).contains("+ " + delta.resolve("model.safetensors"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(folder.resolve("vicuna-Q8_0.gguf")).exists();
  }

  @Test
  void refusesToWriteOverWhatItReads() {
    Path base = TinyModel.copy(BASE, folder.resolve("base"));

    Run over = Run.of("merge", "--base", base, "--delta", DELTAS.resolve("vicuna"), "-o", base);
    Run into = Run.of("merge", "--base", BASE, "--delta", DELTAS.resolve("vicuna"), "-o", folder);
    Run nothing = Run.of("merge", "--base", BASE, "-o", folder.resolve("x"));

    assertThat(over.code()).isEqualTo(1);
    assertThat(over.err()).contains("would be written over " + base);
    assertThat(into.code()).isEqualTo(1);
    assertThat(into.err()).contains("has files already; --force writes into it");
    assertThat(nothing.code()).isEqualTo(2);
    assertThat(nothing.err()).contains("nothing to add: --delta or --lora");
  }

  @Test
  void addsAdaptersByWeight() {
    Path adapter = TinyModel.GOLDEN.resolve("loras/plain");
    Path merged = folder.resolve("merged");

    Run plan =
        Run.of("merge", "--base", BASE, "--lora", adapter + "=0.5", "-o", merged, "--dry-run");
    Run run = Run.of("merge", "--base", BASE, "--lora", adapter, "-o", merged);
    Run bad = Run.of("merge", "--base", BASE, "--lora", adapter + "=much", "-o", merged);

    assertThat(plan.out()).contains("+ LoRA " + adapter + " (rank 8, scale 1.0)");
    assertThat(run.code()).as(run.err()).isZero();
    Run diff = Run.of("diff", BASE, merged);
    assertThat(diff.out()).contains("model.layers.0.self_attn.q_proj.weight");
    assertThat(diff.out()).doesNotContain("model.layers.0.self_attn.k_proj.weight");
    assertThat(bad.code()).isEqualTo(2);
    assertThat(bad.err()).contains("--lora").contains("\"much\" is no number");
  }

  @Test
  void convertsAnAdapterToAGguf() {
    Path adapter = TinyModel.GOLDEN.resolve("loras/plain");
    Path file = folder.resolve("adapter.gguf");

    Run run = Run.of("convert-lora", adapter, "--base", BASE, "-o", file);
    Run again = Run.of("convert-lora", adapter, "--base", BASE, "-o", file);
    Run quantized = Run.of("convert-lora", adapter, "--base", BASE, "-o", file, "--to", "Q4_K");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("adapter for llama, 6 tensors");
    assertThat(run.err()).contains("warning: ").contains("scaled otherwise");
    assertThat(Run.of("inspect", file).out()).contains("blk.0.attn_q.weight.lora_a");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.err()).contains("exists already; --force replaces it");
    assertThat(quantized.code()).isEqualTo(2);
  }

  @Test
  void rawTensorsKeepTheirNames() {
    Path source = TinyModel.GOLDEN.resolve("loras/kohya/base.safetensors");
    Path file = folder.resolve("picture.gguf");

    Run unknown = Run.of("convert", source, "--raw", "--to", "F16", "-o", file);
    Run alone = Run.of("convert", source, "--arch", "sd1", "--to", "F16", "-o", file);
    Run run = Run.of("convert", source, "--raw", "--arch", "sd1", "--to", "F16", "-o", file);

    assertThat(unknown.code()).isEqualTo(1);
    assertThat(unknown.err()).contains("name it with --arch");
    assertThat(alone.code()).isEqualTo(2);
    assertThat(alone.err()).contains("--arch needs --raw");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Run.of("inspect", file).out())
        .contains("sd1")
        .contains("model.diffusion_model.input_blocks.4.0.in_layers.2.weight");
  }
}
