package dev.quern.formats.quantized;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.Golden;
import dev.quern.formats.Mutations;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class MutatedQuantizedTest {
  @TempDir private Path folder = Path.of("");

  @ParameterizedTest
  @MethodSource(QuantizedGoldens.SOURCE)
  void isDecodedOrRefused(String name) throws IOException {
    ModelConfig settings = QuantizedGoldens.config(name);
    byte[] file = Golden.bytes("quantized/" + name + ".safetensors");
    Mutations.show(file, 150, bytes -> decode(settings, bytes));
    byte[] json = Golden.bytes("quantized/" + name + ".json");
    Mutations.show(
        json,
        150,
        bytes -> {
          ModelConfig damaged = ModelConfig.read(write("damaged.json", bytes));
          try (Checkpoint stored = QuantizedGoldens.stored(name)) {
            readAll(QuantizedCheckpoint.of(damaged, stored));
          }
        });
  }

  private void decode(ModelConfig settings, byte[] bytes) {
    Path path = write("damaged.safetensors", bytes);
    try (Checkpoint stored = SafetensorsFile.open(path)) {
      readAll(QuantizedCheckpoint.of(settings, stored));
    }
  }

  private static void readAll(Checkpoint weights) {
    for (SourceTensor tensor : weights.tensors()) {
      long count = Math.min(1000, tensor.shape().elements());
      if (tensor.dtype().fillsBytes(count)) {
        MemorySegment into = MemorySegment.ofArray(new byte[(int) tensor.dtype().bytes(count)]);
        tensor.data().read(0, count, into);
      }
    }
  }

  private Path write(String name, byte[] bytes) {
    return FuzzSeeds.write(folder.resolve(name), bytes);
  }
}
