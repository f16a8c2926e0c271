package dev.quern.converter;

import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.Shape;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;

/// A one-layer LLaMA folder in F32 with the tokenizer of a golden model, whose weights a test may
/// change before it is written.
final class TinyModel {
  private static final int HIDDEN = 64;
  private static final int VOCABULARY = 320;

  private final Map<String, float[]> weights = new LinkedHashMap<>();
  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  TinyModel() {
    Random random = new Random(5);
    add("model.embed_tokens.weight", random, HIDDEN, VOCABULARY);
    add("lm_head.weight", random, HIDDEN, VOCABULARY);
    add("model.norm.weight", random, HIDDEN);
    String layer = "model.layers.0.";
    add(layer + "input_layernorm.weight", random, HIDDEN);
    add(layer + "post_attention_layernorm.weight", random, HIDDEN);
    for (String part : List.of("q", "k", "v", "o")) {
      add(layer + "self_attn." + part + "_proj.weight", random, HIDDEN, HIDDEN);
    }
    add(layer + "mlp.gate_proj.weight", random, HIDDEN, 96);
    add(layer + "mlp.up_proj.weight", random, HIDDEN, 96);
    add(layer + "mlp.down_proj.weight", random, 96, HIDDEN);
  }

  private void add(String name, Random random, long... extents) {
    Shape shape = Shape.of(extents);
    float[] values = new float[(int) shape.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    weights.put(name, values);
    shapes.put(name, shape);
  }

  /// The weights of a tensor, to be changed in place.
  float[] weights(String name) {
    return Objects.requireNonNull(weights.get(name));
  }

  private Shape shape(String name) {
    return Objects.requireNonNull(shapes.get(name));
  }

  /// Writes the folder.
  Path write(Path folder) {
    Path tokenizer = Path.of("src/test/resources/golden/tiny-llama");
    List<Entry> entries =
        weights.entrySet().stream()
            .map(
                entry ->
                    new Entry(
                        entry.getKey(), DType.F32, shape(entry.getKey()), bytes(entry.getValue())))
            .toList();
    try {
      Files.createDirectories(folder);
      Files.copy(tokenizer.resolve("tokenizer.model"), folder.resolve("tokenizer.model"));
      Files.copy(
          tokenizer.resolve("tokenizer_config.json"), folder.resolve("tokenizer_config.json"));
      Files.writeString(
          folder.resolve("config.json"),
          """
          {"architectures": ["LlamaForCausalLM"], "hidden_size": 64, "intermediate_size": 96,
           "num_attention_heads": 4, "num_hidden_layers": 1, "vocab_size": 320}
          """);
      SafetensorsWriter.write(folder.resolve("model.safetensors"), Map.of(), entries);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MemorySegment bytes(float[] values) {
    byte[] bytes = new byte[4 * values.length];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    for (int i = 0; i < values.length; i++) {
      segment.set(Le.FLOAT, 4L * i, values[i]);
    }
    return segment;
  }
}
