package dev.quern.formats.quantized;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.JsonCursor;
import dev.quern.formats.quantized.StoredTensors.Weights;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What bitsandbytes writes.
///
/// | tensor | content |
/// |---|---|
/// | `P.weight`, `P.SCB` | 8 bit: signed bytes; for each row its largest magnitude, which 127 stands for |
/// | `P.weight` | 4 bit: numbers of codes, two in a byte, the first in the high nibble |
/// | `P.weight.quant_state.bitsandbytes__nf4`, `__fp4` | JSON: `shape`, `dtype`, `blocksize`, and how scales are stored |
/// | `P.weight.quant_map` | the values of the codes |
/// | `P.weight.absmax` | a scale for each block; bytes if they are quantized themselves, which then |
/// | `P.weight.nested_absmax`, `nested_quant_map` | scale as `map[byte] * absmax + nested_offset` |
final class BitsAndBytes implements QuantizationMethod {
  private static final String STATE = ".quant_state.bitsandbytes__";
  private static final float SEVENTH_BIT = 0.007874016f; // 1 / 127

  private static final Map<String, DType> TYPES =
      Map.of("bfloat16", DType.BF16, "float16", DType.F16, "float32", DType.F32);

  @Override
  public List<String> names() {
    return List.of("bitsandbytes");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return !tensors.endingIn(".SCB").isEmpty()
        || !tensors.endingIn(STATE + "nf4").isEmpty()
        || !tensors.endingIn(STATE + "fp4").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    for (SourceTensor scale : tensors.endingIn(".SCB")) {
      decodeBytes(tensors, scale);
    }
    for (String kind : List.of("nf4", "fp4")) {
      for (SourceTensor state : tensors.endingIn(STATE + kind)) {
        decodeCodes(tensors, state, kind);
      }
    }
  }

  private static void decodeBytes(StoredTensors tensors, SourceTensor scale) {
    String module = StoredTensors.stem(scale, ".SCB");
    SourceTensor weight = tensors.require(module + ".weight", scale);
    Numbers numbers = StoredTensors.numbers(weight, DType.I8);
    StoredTensors.numbers(scale, DType.F32);
    StoredTensors.checkShape(scale, Shape.of(weight.shape().rows()), weight);
    ScaledWeights made =
        new ScaledWeights(
                weight,
                weight.shape(),
                "bitsandbytes INT8",
                Elements.plain(numbers),
                scale,
                List.of())
            .times(SEVENTH_BIT);
    tensors.replace(weight, made.weights(weight.name()), scale.name());
  }

  private static void decodeCodes(StoredTensors tensors, SourceTensor stored, String kind) {
    String name = StoredTensors.stem(stored, STATE + kind);
    SourceTensor weight = tensors.require(name, stored);
    State state = State.read(stored);
    Shape shape = state.shape();
    if ((shape.elements() + 1) / 2 != weight.byteSize()) {
      throw StoredTensors.malformed(
          weight,
          "has %d bytes, which are no %s weights of 4 bits".formatted(weight.byteSize(), shape));
    }
    DType dtype = state.dtype();
    SourceTensor map = tensors.require(name + ".quant_map", weight);
    StoredTensors.checkShape(map, Shape.of(16), weight);
    BlockScales scales = BlockScales.of(tensors, weight, state, shape.elements());
    CodedMatrix decoder =
        new CodedMatrix(
            StoredTensors.bytes(weight),
            StoredTensors.numbers(map, DType.F32),
            scales,
            Math.toIntExact(Math.min(Integer.MAX_VALUE, shape.rowLength())));
    tensors.replace(
        weight,
        new Weights(name, dtype, shape, decoder, scales.display(kind), null),
        stored.name(),
        map.name(),
        name + ".absmax",
        name + ".nested_absmax",
        name + ".nested_quant_map");
  }

  /// What the JSON of a weight of 4 bits says.
  private record State(SourceTensor tensor, JsonNode json) {
    static State read(SourceTensor tensor) {
      StoredTensors.numbers(tensor, DType.U8);
      try (JsonCursor cursor = new JsonCursor(tensor.file(), StoredTensors.whole(tensor), 0)) {
        return new State(tensor, cursor.tree(tensor.name(), HeapBudget.ofThisJvm()));
      }
    }

    /// The extents that `shape` gives, in GGML's order.
    Shape shape() {
      JsonNode extents = json.path("shape");
      long[] reversed = new long[extents.size()];
      long product = 1;
      for (int i = 0; i < reversed.length; i++) {
        long extent = extents.get(i).asLong(0);
        if (extent < 1 || extent > Integer.MAX_VALUE || product > Integer.MAX_VALUE) {
          throw malformed("shape", "extents above 0");
        }
        product *= extent;
        reversed[reversed.length - 1 - i] = extent;
      }
      if (reversed.length == 0) {
        throw malformed("shape", "extents above 0");
      }
      return Shape.of(reversed);
    }

    DType dtype() {
      DType dtype = TYPES.get(json.path("dtype").asText());
      if (dtype == null) {
        throw malformed("dtype", "float32, float16 or bfloat16");
      }
      return dtype;
    }

    long positive(String key) {
      long value = json.path(key).asLong(0);
      if (value < 1) {
        throw malformed(key, "a number above 0");
      }
      return value;
    }

    private MalformedFileException malformed(String key, String wanted) {
      String found = json.has(key) ? "names the " + key + " " + json.get(key) : "names no " + key;
      return StoredTensors.malformed(tensor, found + ", wanted " + wanted);
    }

    float nestedOffset() {
      return (float) json.path("nested_offset").asDouble(0);
    }
  }

  /// Numbers of 4 bits that stand for values, under a scale for each block of them, whatever row
  /// they belong to.
  ///
  /// @param values of the 16 codes
  private record CodedMatrix(StoredBytes bytes, Numbers values, BlockScales scales, int length)
      implements RowDecoder {
    @Override
    public void decode(long first, int rows, float[] out) {
      long at = first * length;
      int count = rows * length;
      long block = -1;
      float scale = 0;
      for (int i = 0; i < count; i++) {
        long weight = at + i;
        if (weight / scales.size() != block) {
          block = weight / scales.size();
          scale = scales.at(block);
        }
        int pair = bytes.byteAt(weight / 2);
        out[i] = values.at((weight % 2 == 0 ? pair >> 4 : pair) & 15) * scale;
      }
    }
  }

  /// A scale for each block of weights, plain or quantized itself.
  ///
  /// @param size weights of a block
  /// @param plain the scales, or their bytes if there are `values`
  /// @param values what the bytes stand for
  /// @param outer the scale of each `outerSize` bytes
  private record BlockScales(
      long size,
      Numbers plain,
      Optional<Numbers> values,
      Numbers outer,
      long outerSize,
      float offset) {

    static BlockScales of(StoredTensors tensors, SourceTensor weight, State state, long weights) {
      long size = state.positive("blocksize");
      SourceTensor absmax = tensors.require(weight.name() + ".absmax", weight);
      long blocks = (weights - 1) / size + 1;
      StoredTensors.checkShape(absmax, Shape.of(blocks), weight);
      Optional<SourceTensor> nested = tensors.find(weight.name() + ".nested_absmax");
      if (nested.isEmpty()) {
        Numbers numbers = StoredTensors.numbers(absmax, DType.F32);
        return new BlockScales(size, numbers, Optional.empty(), numbers, 1, 0);
      }
      long outerSize = state.positive("nested_blocksize");
      StoredTensors.checkShape(nested.get(), Shape.of((blocks - 1) / outerSize + 1), weight);
      SourceTensor map = tensors.require(weight.name() + ".nested_quant_map", weight);
      StoredTensors.checkShape(map, Shape.of(256), weight);
      return new BlockScales(
          size,
          StoredTensors.numbers(absmax, DType.U8),
          Optional.of(StoredTensors.numbers(map, DType.F32)),
          StoredTensors.numbers(nested.get(), DType.F32),
          outerSize,
          state.nestedOffset());
    }

    String display(String kind) {
      String nested = values.isPresent() ? ", double quantization" : "";
      return "bitsandbytes %s, blocks of %d%s"
          .formatted(kind.toUpperCase(Locale.ROOT), size, nested);
    }

    float at(long block) {
      if (values.isEmpty()) {
        return plain.at(block);
      }
      int code = (int) plain.at(block);
      return values.get().at(code) * outer.at(block / outerSize) + offset;
    }
  }
}
