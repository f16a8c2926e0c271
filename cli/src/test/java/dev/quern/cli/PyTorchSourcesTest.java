package dev.quern.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of PyTorch's and folders of Meta's as SOURCE.
class PyTorchSourcesTest {
  private static final Path CONTAINERS = TinyModel.GOLDEN.resolve("containers");

  @TempDir Path folder;
  private Path model = Path.of("");

  @BeforeEach
  void copyModel() {
    model = TinyModel.copy(CONTAINERS.resolve("micro"), folder.resolve("micro"));
    TinyModel.write(
        model.resolve("epoch.ckpt"), TinyModel.bytes(CONTAINERS.resolve("micro-bin/epoch.ckpt")));
  }

  @Test
  void inspectShowsTensorsAndHowTheyWereFound() {
    Run run = Run.of("inspect", model.resolve("epoch.ckpt"));

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("format        PyTorch")
        .contains("under \"state_dict\"")
        .contains("model.layers.0.self_attn.q_proj.weight")
        .contains("12 tensors");
  }

  @Test
  void convertTakesAFileAndWarnsOfWhatItLeavesOut() {
    Path out = folder.resolve("out.gguf");

    Run run = Run.of("convert", model.resolve("epoch.ckpt"), "--to", "Q8_0", "-o", out);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("beside it and left out: epoch, optimizer_states");
    assertThat(out).exists();
  }

  @Test
  void metasFolderIsInspectedAndRun() {
    Path meta = TinyModel.copy(CONTAINERS.resolve("micro-meta-4"), folder.resolve("7B"));
    TinyModel.write(
        folder.resolve("tokenizer.model"), TinyModel.bytes(model.resolve("tokenizer.model")));

    Run inspect = Run.of("inspect", meta);
    Run generate = Run.of("generate", meta, "-p", "a mill", "-n", 2, "-t", 1);

    assertThat(inspect.code()).as(inspect.err()).isZero();
    assertThat(inspect.out()).contains("layers.0.attention.wq.weight").contains("13 tensors");
    assertThat(generate.code()).as(generate.err()).isZero();
  }

  @Test
  void aPickleThatWantsToRunSomethingIsRefusedInALine() {
    Path file = model.resolve("epoch.ckpt");
    String good = new String(TinyModel.bytes(file), ISO_8859_1);
    String wanted = "ccollections\nOrderedDict\n";
    assertThat(good).contains(wanted);
    String bad = good.replace(wanted, "cos\nsystem\n" + "0".repeat(wanted.length() - 11));
    TinyModel.write(file, withChecksum(bad));

    Run run = Run.of("convert", file, "--to", "Q8_0", "-o", folder.resolve("out.gguf"));

    Refusal.check(
        run,
        file,
        "it asks for os.system, which tensors do not need, so nothing of the file is used");
    assertThat(folder.resolve("out.gguf")).doesNotExist();
  }

  /// The archive with the checksum of its changed pickle, which is its first entry, stored.
  private static byte[] withChecksum(String archive) {
    int directory = archive.indexOf("PK\1\2");
    int name = archive.charAt(directory + 28);
    assertThat(archive.substring(directory + 46, directory + 46 + name)).endsWith("/data.pkl");
    int size =
        archive.charAt(directory + 24)
            | archive.charAt(directory + 25) << 8
            | archive.charAt(directory + 26) << 16;
    int data = 30 + archive.charAt(26) + (archive.charAt(28) | archive.charAt(29) << 8);
    byte[] bytes = archive.getBytes(ISO_8859_1);
    CRC32 crc = new CRC32();
    crc.update(bytes, data, size);
    for (int i = 0; i < 4; i++) {
      bytes[directory + 16 + i] = (byte) (crc.getValue() >> (8 * i));
    }
    return bytes;
  }
}
