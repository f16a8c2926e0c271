package dev.quern.benchmarks;

import dev.quern.formats.GgmlType;
import dev.quern.formats.ListedView;
import dev.quern.formats.MappedTensor;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.RowEncoder;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A llama model of one block in memory, with random weights and a small vocabulary.
final class RandomModel {
  static final int VOCABULARY = 512;
  private static final int HIDDEN = 2048;
  private static final int FEED_FORWARD = 5632;
  private static final int KEY_VALUE = 256;

  private final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
  private final List<TensorData> tensors = new ArrayList<>();
  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(1);

  private RandomModel() {}

  /// A model with its matrices in `type`.
  static ModelView of(GgmlType type) {
    RandomModel model = new RandomModel();
    model.fill(type);
    return new ListedView("random", model.metadata, model.tensors, model.arena::close);
  }

  private void fill(GgmlType type) {
    metadata.put("general.architecture", new MetadataValue.Text("llama"));
    number("block_count", 1);
    number("context_length", 2048);
    number("embedding_length", HIDDEN);
    number("feed_forward_length", FEED_FORWARD);
    number("attention.head_count", 32);
    number("attention.head_count_kv", 4);
    metadata.put("llama.attention.layer_norm_rms_epsilon", new MetadataValue.Float32(1e-5f));
    matrix("token_embd", type, HIDDEN, VOCABULARY);
    matrix("output_norm", GgmlType.F32, HIDDEN, 1);
    matrix("blk.0.attn_norm", GgmlType.F32, HIDDEN, 1);
    matrix("blk.0.attn_q", type, HIDDEN, HIDDEN);
    matrix("blk.0.attn_k", type, HIDDEN, KEY_VALUE);
    matrix("blk.0.attn_v", type, HIDDEN, KEY_VALUE);
    matrix("blk.0.attn_output", type, HIDDEN, HIDDEN);
    matrix("blk.0.ffn_norm", GgmlType.F32, HIDDEN, 1);
    matrix("blk.0.ffn_gate", type, HIDDEN, FEED_FORWARD);
    matrix("blk.0.ffn_up", type, HIDDEN, FEED_FORWARD);
    matrix("blk.0.ffn_down", type, FEED_FORWARD, HIDDEN);
  }

  private void number(String key, long value) {
    metadata.put("llama." + key, new MetadataValue.Uint32(value));
  }

  private void matrix(String name, GgmlType type, int columns, int rows) {
    Shape shape = rows == 1 ? Shape.of(columns) : Shape.of(columns, rows);
    TensorInfo info = new TensorInfo(name + ".weight", type, shape);
    MemorySegment bytes = arena.allocate(info.bytes(), 32);
    RowEncoder encoder = BlockCodecs.of(type).newEncoder();
    float[] row = new float[columns];
    for (int r = 0; r < rows; r++) {
      for (int i = 0; i < columns; i++) {
        row[i] = (float) (random.nextGaussian() / Math.sqrt((double) columns));
      }
      encoder.encode(row, 0, columns, bytes, r * info.rowBytes());
    }
    tensors.add(new MappedTensor(info, bytes));
  }
}
