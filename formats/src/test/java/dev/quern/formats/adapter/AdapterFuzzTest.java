package dev.quern.formats.adapter;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.DType;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.Shape;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as adapter_config.json beside the weights of an adapter.
class AdapterFuzzTest {
  private static final String PREFIX = "base_model.model.model.layers.";

  @TempDir static Path folder;

  @BeforeAll
  static void writeWeights() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (String module : List.of("0.self_attn.q_proj", "11.mlp.down_proj")) {
      entries.add(entry(PREFIX + module + ".lora_A.weight", Shape.of(8, 2)));
      entries.add(entry(PREFIX + module + ".lora_B.weight", Shape.of(2, 8)));
    }
    SafetensorsWriter.write(folder.resolve("adapter_model.safetensors"), Map.of(), entries);
  }

  private static Entry entry(String name, Shape shape) {
    byte[] bytes = new byte[(int) DType.F32.bytes(shape.elements())];
    return new Entry(name, DType.F32, shape, MemorySegment.ofArray(bytes));
  }

  static Stream<byte[]> seeds() {
    return Stream.of(
            "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4, \"use_rslora\": true}",
            "{\"r\": 2, \"lora_alpha\": 4, \"fan_in_fan_out\": true, \"modules_to_save\": [\"lm_head\"],"
                + " \"target_modules\": [\"q_proj\"], \"bias\": \"none\"}",
            "{\"r\": 8, \"lora_alpha\": 16, \"rank_pattern\": {\"^layers\\\\.0.*(q|k)_proj$\": 2,"
                + " \"down_proj\": 2}, \"alpha_pattern\": {\".*1[0-9]?.mlp\": 3}}")
        .map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    FuzzSeeds.write(folder.resolve("adapter_config.json"), bytes);
    FuzzSeeds.readOrRefused(() -> LoraAdapter.open(folder).close());
  }
}
