package dev.quern.formats.quantized;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a quantized checkpoint that its tensors tell, without a configuration.
class QuantizedFuzzTest {
  @TempDir static Path folder;

  static Stream<byte[]> seeds() throws IOException {
    return QuantizedGoldens.names().stream()
        .flatMap(name -> FuzzSeeds.golden("quantized/" + name + ".safetensors"));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isDecodedOrRefused(byte[] bytes) {
    Path config = FuzzSeeds.write(folder.resolve("config.json"), new byte[] {'{', '}'});
    Path weights = FuzzSeeds.write(folder.resolve("m.safetensors"), bytes);
    FuzzSeeds.readOrRefused(() -> decode(ModelConfig.read(config), weights));
  }

  /// Decodes the start of every tensor, as blocks too where it has them.
  static void decode(ModelConfig config, Path weights) {
    try (Checkpoint stored = SafetensorsFile.open(weights)) {
      for (SourceTensor tensor : QuantizedCheckpoint.of(config, stored).tensors()) {
        long count = Math.min(1000, tensor.shape().elements());
        if (tensor.dtype().fillsBytes(count)) {
          MemorySegment into = MemorySegment.ofArray(new byte[(int) tensor.dtype().bytes(count)]);
          tensor.data().read(0, count, into);
        }
        tensor
            .data()
            .blocks()
            .filter(blocks -> blocks.type().blockSize() <= tensor.shape().elements())
            .ifPresent(
                blocks ->
                    blocks.read(
                        0,
                        blocks.type().blockSize(),
                        MemorySegment.ofArray(new byte[blocks.type().blockBytes()])));
      }
    }
  }
}
