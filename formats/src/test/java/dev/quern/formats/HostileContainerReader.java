package dev.quern.formats;

import dev.quern.formats.adapter.LoraAdapter;
import dev.quern.formats.flax.FlaxFile;
import dev.quern.formats.ggml.GgmlFile;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.llama2c.Llama2cFile;
import dev.quern.formats.quantized.QuantizedCheckpoint;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Opens files and folders in a small virtual machine of its own and prints what is said of each,
/// and how many milliseconds of a processor that took.
final class HostileContainerReader {
  private HostileContainerReader() {}

  /// Opens what the first file lists, a kind and a path in each line.
  public static void main(String[] files) throws IOException {
    for (String line : Files.readAllLines(Path.of(files[0]))) {
      String[] words = line.split("\t", -1);
      long start = used();
      try {
        open(words[0], Path.of(words[1]));
        System.out.println("read");
      } catch (MalformedFileException e) {
        System.out.println(e.getMessage());
      }
      System.out.println(used() - start);
    }
  }

  private static long used() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
  }

  private static void open(String kind, Path path) {
    switch (kind) {
      case "ggml" -> GgmlFile.open(path).close();
      case "llama2c" -> Llama2cFile.open(path).close();
      case "flax" -> FlaxFile.open(path).close();
      case "adapter" -> LoraAdapter.open(path).close();
      case "quantized" -> {
        ModelConfig config = ModelConfig.read(path.resolve("config.json"));
        Checkpoint stored = SafetensorsFile.open(path.resolve("m.safetensors"));
        try (Checkpoint weights = QuantizedCheckpoint.of(config, stored)) {
          weights.tensors().forEach(SourceTensor::bytes);
        }
      }
      default -> throw new IllegalArgumentException(kind);
    }
  }
}
