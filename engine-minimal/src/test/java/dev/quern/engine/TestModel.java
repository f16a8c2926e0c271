package dev.quern.engine;

import dev.quern.formats.DecodedTensor;
import dev.quern.formats.GgmlType;
import dev.quern.formats.ListedView;
import dev.quern.formats.MappedTensor;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// A llama model in memory: random, and open to every abuse.
final class TestModel implements ModelView {
  static final int HIDDEN = 256;
  static final int VOCABULARY = 300;

  final Map<String, MetadataValue> metadata = new LinkedHashMap<>();
  final Map<String, TensorData> tensors = new LinkedHashMap<>();
  private final Arena arena = Arena.ofShared();

  private TestModel() {}

  /// Two blocks of random weights in `type`; norms are in F32.
  static TestModel random(GgmlType type, long seed) {
    TestModel model = new TestModel();
    model.text("general.architecture", "llama");
    model.number("llama.block_count", 2);
    model.number("llama.context_length", 128);
    model.number("llama.embedding_length", HIDDEN);
    model.number("llama.feed_forward_length", 512);
    model.number("llama.attention.head_count", 4);
    model.number("llama.attention.head_count_kv", 2);
    model.metadata.put("llama.attention.layer_norm_rms_epsilon", new MetadataValue.Float32(1e-5f));
    Random random = new Random(seed);
    model.add("token_embd.weight", type, random, HIDDEN, VOCABULARY);
    model.add("output.weight", type, random, HIDDEN, VOCABULARY);
    model.add("output_norm.weight", GgmlType.F32, random, HIDDEN);
    for (int i = 0; i < 2; i++) {
      String block = "blk." + i + ".";
      model.add(block + "attn_norm.weight", GgmlType.F32, random, HIDDEN);
      model.add(block + "attn_q.weight", type, random, HIDDEN, HIDDEN);
      model.add(block + "attn_k.weight", type, random, HIDDEN, HIDDEN / 2);
      model.add(block + "attn_v.weight", type, random, HIDDEN, HIDDEN / 2);
      model.add(block + "attn_output.weight", type, random, HIDDEN, HIDDEN);
      model.add(block + "ffn_norm.weight", GgmlType.F32, random, HIDDEN);
      model.add(block + "ffn_gate.weight", type, random, HIDDEN, 512);
      model.add(block + "ffn_up.weight", type, random, HIDDEN, 512);
      model.add(block + "ffn_down.weight", type, random, 512, HIDDEN);
    }
    return model;
  }

  /// The same model with its weights decoded to F32, scales and all.
  TestModel decoded() {
    TestModel model = new TestModel();
    model.metadata.putAll(metadata);
    for (TensorData data : tensors.values()) {
      String name = data.info().name();
      if (name.endsWith(".scale") || name.endsWith(".input_scale")) {
        continue;
      }
      float[] values = values(data);
      TensorData scale = tensors.get(name.replaceFirst("weight$", "scale"));
      float factor = scale == null ? 1 : values(scale)[0];
      for (int i = 0; i < values.length; i++) {
        values[i] *= factor;
      }
      model.put(name, GgmlType.F32, data.info().shape(), values);
    }
    return model;
  }

  private static float[] values(TensorData data) {
    int n = (int) data.info().shape().elements();
    float[] values = new float[n];
    BlockCodecs.of(data.info().type()).decode(data.mapped().orElseThrow(), 0, values, 0, n);
    return values;
  }

  /// Adds the tensor `name` of one number.
  void scale(String name, float value) {
    put(name, GgmlType.F32, Shape.of(1), new float[] {value});
  }

  /// The same model, none of whose tensors is mapped.
  ModelView readOnly() {
    List<TensorData> unmapped = tensors.values().stream().map(TestModel::unmapped).toList();
    return new ListedView(name(), metadata, unmapped, () -> {});
  }

  private static TensorData unmapped(TensorData data) {
    return new DecodedTensor(data.info(), "another tensor", data::read);
  }

  void text(String key, String value) {
    metadata.put(key, new MetadataValue.Text(value));
  }

  void number(String key, long value) {
    metadata.put(key, new MetadataValue.Uint64(value));
  }

  /// Adds a tensor of random weights, of the size that keeps activations near 1.
  void add(String name, GgmlType type, Random random, long... extents) {
    Shape shape = Shape.of(extents);
    float[] values = new float[(int) shape.elements()];
    boolean vector = extents.length == 1;
    for (int i = 0; i < values.length; i++) {
      double x = random.nextGaussian();
      values[i] = (float) (vector ? 1 + 0.1 * x : 1.5 * x / Math.sqrt((double) extents[0]));
    }
    put(name, type, shape, values);
  }

  private void put(String name, GgmlType type, Shape shape, float[] values) {
    TensorInfo info = new TensorInfo(name, type, shape);
    MemorySegment bytes = arena.allocate(info.bytes(), 32);
    BlockCodecs.of(type).newEncoder().encode(values, 0, values.length, bytes, 0);
    tensors.put(name, new MappedTensor(info, bytes));
  }

  @Override
  public String name() {
    return "test.gguf";
  }

  @Override
  public Map<String, MetadataValue> metadata() {
    return metadata;
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors.values().stream().map(TensorData::info).toList();
  }

  @Override
  public Optional<TensorData> tensor(String name) {
    return Optional.ofNullable(tensors.get(name));
  }

  @Override
  public void close() {
    arena.close();
  }
}
