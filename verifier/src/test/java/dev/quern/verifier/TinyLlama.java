package dev.quern.verifier;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.ListedView;
import dev.quern.formats.MappedTensor;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A llama of two small blocks with weights from a seed.
final class TinyLlama {
  static final int VOCABULARY = 60;
  private static final int HIDDEN = 32;
  private static final int FEED_FORWARD = 64;

  private static final Map<String, MetadataValue> METADATA =
      Map.of(
          "general.architecture", new Text("llama"),
          "llama.block_count", new Uint32(2),
          "llama.context_length", new Uint32(128),
          "llama.embedding_length", new Uint32(HIDDEN),
          "llama.feed_forward_length", new Uint32(FEED_FORWARD),
          "llama.attention.head_count", new Uint32(4),
          "llama.attention.head_count_kv", new Uint32(2),
          "llama.attention.layer_norm_rms_epsilon", new Float32(1e-5f));

  private final Arena arena = Arena.ofShared();
  private final Random random;
  private final double blur;
  private final Random blurring = new Random(1);
  private final List<TensorData> tensors = new ArrayList<>();

  /// The model of `seed`, each weight of its blocks changed by `blur` times a normal number.
  static ModelView of(long seed, double blur) {
    TinyLlama llama = new TinyLlama(seed, blur);
    return new ListedView("tiny", METADATA, llama.tensors, llama.arena::close);
  }

  private TinyLlama(long seed, double blur) {
    random = new Random(seed);
    this.blur = blur;
    add("token_embd.weight", HIDDEN, VOCABULARY, 0.5);
    add("output_norm.weight", HIDDEN, 1, 1);
    for (int i = 0; i < 2; i++) {
      String block = "blk." + i + ".";
      add(block + "attn_norm.weight", HIDDEN, 1, 1);
      add(block + "attn_q.weight", HIDDEN, HIDDEN, 0.3);
      add(block + "attn_k.weight", HIDDEN, HIDDEN / 2, 0.3);
      add(block + "attn_v.weight", HIDDEN, HIDDEN / 2, 0.3);
      add(block + "attn_output.weight", HIDDEN, HIDDEN, 0.3);
      add(block + "ffn_norm.weight", HIDDEN, 1, 1);
      add(block + "ffn_gate.weight", HIDDEN, FEED_FORWARD, 0.3);
      add(block + "ffn_up.weight", HIDDEN, FEED_FORWARD, 0.3);
      add(block + "ffn_down.weight", FEED_FORWARD, HIDDEN, 0.3);
    }
  }

  private void add(String name, int columns, int rows, double scale) {
    Shape shape = rows == 1 ? Shape.of(columns) : Shape.of(columns, rows);
    TensorInfo info = new TensorInfo(name, GgmlType.F32, shape);
    MemorySegment bytes = arena.allocate(info.bytes(), 64);
    for (long i = 0; i < shape.elements(); i++) {
      double noise = name.startsWith("blk") ? blur * blurring.nextGaussian() : 0;
      bytes.set(Le.FLOAT, 4 * i, (float) (scale * random.nextGaussian() + noise));
    }
    tensors.add(new MappedTensor(info, bytes));
  }
}
