package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.formats.Le;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Conversions that cannot end.
class NothingLeftTest {
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"--clamp", "--split-max-size=200M"})
  @Timeout(60)
  void anInterruptedConversionLeavesNothingBehind(String option)
      throws IOException, InterruptedException {
    Path model = largeModel();
    Path out = Files.createDirectory(folder.resolve("out"));
    Path log = folder.resolve("log");
    Process quern =
        Child.start(
            "-Xmx300m",
            Quern.class,
            log,
            "convert",
            model,
            "--to",
            "Q2_K",
            "-o",
            out,
            "-t",
            1,
            option);
    while (TinyModel.names(out).isEmpty() && quern.isAlive()) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    assertThat(TinyModel.names(out)).isNotEmpty().allMatch(name -> name.endsWith(".part"));

    Assumptions.assumeTrue(Child.run("kill", "-INT", quern.pid()) == 0, "no kill command");

    assertThat(quern.waitFor()).isEqualTo(130);
    assertThat(TinyModel.names(out)).isEmpty();
    assertThat(TinyModel.read(log).lines().filter(line -> !line.contains("incubator"))).isEmpty();
  }

  @Test
  void aFullDiskLeavesNothingBehindAndSaysHowMuchIsNeeded() throws IOException {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    int mounted = Child.run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk);
    Assumptions.assumeTrue(mounted == 0, "a small disk cannot be mounted here");
    try {
      Path other = TinyModel.write(disk.resolve("other"), new byte[700_000]);

      Run run = Run.of("convert", TinyModel.LLAMA, "--to", "F32", "-o", disk);

      assertThat(run.code()).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err().lines()).hasSize(1);
      assertThat(run.err()).containsPattern("tiny-llama-F32.gguf: \\d{6} bytes are needed");
      assertThat(TinyModel.names(disk)).containsExactly("other");
      Files.delete(other);
      assertThat(Run.of("convert", TinyModel.LLAMA, "--to", "F32", "-o", disk).code()).isZero();
    } finally {
      Child.run("umount", disk);
    }
  }

  /// A model of half a billion weights of zero, in a file that takes no space.
  private Path largeModel() throws IOException {
    Path model = TinyModel.copy(TinyModel.LLAMA, folder.resolve("large"));
    TinyModel.edit(
        model.resolve("config.json"),
        json ->
            json.put("hidden_size", 2048).put("intermediate_size", 40_960).put("head_dim", 256));
    String header = header(model.resolve("model.safetensors"));
    long data = TinyModel.json(header).at("/model.norm.weight/data_offsets/1").longValue();
    try (RandomAccessFile file =
        new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
      byte[] text = header.getBytes(UTF_8);
      byte[] length = new byte[8];
      MemorySegment.ofArray(length).set(Le.LONG, 0, text.length);
      file.setLength(0);
      file.write(length);
      file.write(text);
      file.setLength(8 + text.length + data);
    }
    return model;
  }

  private static String header(Path small) {
    ObjectNode header = (ObjectNode) TinyModel.json("{}");
    long at = 0;
    try (SafetensorsFile file = SafetensorsFile.open(small)) {
      for (SourceTensor tensor : file.tensors()) {
        ObjectNode entry = header.putObject(tensor.name()).put("dtype", "BF16");
        long weights = 1;
        for (int i = tensor.shape().rank() - 1; i >= 0; i--) {
          long extent = enlarged(tensor.shape().extents().get(i));
          entry.withArray("shape").add(extent);
          weights *= extent;
        }
        entry.putArray("data_offsets").add(at).add(at + 2 * weights);
        at += 2 * weights;
      }
    }
    return header.toString();
  }

  private static long enlarged(long extent) {
    return switch ((int) extent) {
      case 64 -> 2048;
      case 32 -> 1024;
      case 128 -> 40_960;
      default -> extent;
    };
  }
}
