package dev.quern.formats.huggingface;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quern.formats.Mutations;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MutatedConfigTest {
  private static final String CONFIG =
      """
      {"architectures": ["LlamaForCausalLM"], "eos_token_id": [1, 2], "eps": 1e-05, "n": null,
       "rope": {"theta": 10000.0, "type": "a\\u00e9\\n"}, "tie": true, "limits": [0.0, Infinity]}""";

  @Test
  void isReadOrRefused() {
    Mutations.show(
        CONFIG.getBytes(UTF_8),
        10_000,
        bytes -> {
          ModelConfig config =
              ModelConfig.read(Path.of("m"), MemorySegment.ofArray(bytes), new HeapBudget(1 << 16));
          config.texts("architectures");
          config.integers("eos_token_id");
          config.optionalNumber("eps");
          config.object("rope").ifPresent(rope -> rope.optionalText("type"));
          config.numbers("limits");
        });
  }
}
