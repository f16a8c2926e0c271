package dev.quern.formats.quantized;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// Checkpoints of every method, of `src/test/golden/make_quantized_goldens.py`: `NAME.safetensors`,
/// the configuration `NAME.json`, and `NAME.decoded.safetensors` with what is to come out.
final class QuantizedGoldens {
  static final String SOURCE = "dev.quern.formats.quantized.QuantizedGoldens#names";

  private static final Path FOLDER = Path.of("src/test/resources/golden/quantized");
  private static final String CONFIG = ".json";

  private QuantizedGoldens() {}

  /// The name of each.
  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.endsWith(CONFIG))
          .map(name -> name.substring(0, name.length() - CONFIG.length()))
          .sorted()
          .toList();
    }
  }

  static ModelConfig config(String name) {
    return ModelConfig.read(FOLDER.resolve(name + CONFIG));
  }

  static Path weights(String name) {
    return FOLDER.resolve(name + ".safetensors");
  }

  static Checkpoint stored(String name) {
    return SafetensorsFile.open(weights(name));
  }

  static Checkpoint wanted(String name) {
    return SafetensorsFile.open(FOLDER.resolve(name + ".decoded.safetensors"));
  }
}
