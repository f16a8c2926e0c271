package dev.quern.formats.quantized;

import dev.quern.formats.BlockData;
import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.quantized.ScaleGrid.Part;
import dev.quern.formats.quantized.ScaledMatrix.Cells;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/// What the library compressed-tensors writes (vLLM, LLM Compressor).
///
/// | tensor | content |
/// |---|---|
/// | `P.weight` | `float-quantized`, `int-quantized`, `naive-quantized`: FP8 or signed bytes |
/// | `P.weight_packed`, `P.weight_shape` | `pack-quantized`: as many numbers in a word of 32 bits as fit, the lowest first, raised by half their range; rows and columns |
/// | `P.weight_packed` | `nvfp4-pack-quantized`, `mxfp4-pack-quantized`: two floats of 4 bits in a byte |
/// | `P.weight_scale` | one, or one for each row, group of columns, or block |
/// | `P.weight_zero_point` | as the scales; packed along the rows in `pack-quantized` |
/// | `P.weight_g_idx` | the group of each column, -1 throughout if they lie in order |
/// | `P.weight_global_scale` | FP4: what the scales are divided by |
/// | `P.input_global_scale` | FP4: what inputs are divided by when they are rounded to 4 bits |
///
/// Groups of the configuration may give modules different widths and group sizes; both are told
/// from the extents of a module's own tensors.
final class CompressedTensors implements QuantizationMethod {
  private static final Set<String> FORMATS =
      Set.of(
          "dense",
          "float-quantized",
          "int-quantized",
          "naive-quantized",
          "pack-quantized",
          "nvfp4-pack-quantized",
          "mxfp4-pack-quantized",
          "mixed-precision");

  @Override
  public List<String> names() {
    return List.of("compressed-tensors");
  }

  @Override
  public boolean shows(StoredTensors tensors) {
    return !tensors.endingIn(".weight_packed").isEmpty();
  }

  @Override
  public void decode(StoredTensors tensors, ModelConfig settings) {
    List<ModelConfig> schemes = schemes(settings);
    List<Part> parts = parts(schemes);
    Set<Long> widths = new TreeSet<>();
    schemes.forEach(scheme -> scheme.optionalInteger("num_bits").ifPresent(widths::add));
    for (SourceTensor packed : tensors.endingIn(".weight_packed")) {
      String name = packed.name().substring(0, packed.name().length() - "_packed".length());
      Module module = new Module(tensors, packed, name, parts);
      if (packed.dtype() == DType.U8) {
        module.decodeSmallFloats();
      } else {
        module.decodePacked(widths);
      }
    }
    for (SourceTensor scale : tensors.endingIn(".weight_scale")) {
      String name = scale.name().substring(0, scale.name().length() - "_scale".length());
      if (tensors.find(name + "_packed").isEmpty()) {
        new Module(tensors, tensors.require(name, scale), name, parts).decodeBytes();
      }
    }
  }

  /// How the groups of modules say that weights are quantized.
  private static List<ModelConfig> schemes(ModelConfig settings) {
    checkFormat(settings);
    List<ModelConfig> schemes = new ArrayList<>();
    settings
        .object("config_groups")
        .ifPresent(
            groups -> {
              for (String key : groups.keys()) {
                Optional<ModelConfig> group = groups.object(key);
                group.ifPresent(CompressedTensors::checkFormat);
                group.flatMap(one -> one.object("weights")).ifPresent(schemes::add);
              }
            });
    return schemes;
  }

  private static void checkFormat(ModelConfig settings) {
    settings
        .optionalText("format")
        .filter(format -> !FORMATS.contains(format))
        .ifPresent(
            format -> {
              throw new MalformedFileException(
                  settings.file(),
                  "weights are compressed as %s, which is not read; read are %s"
                      .formatted(format, String.join(", ", new TreeSet<>(FORMATS))));
            });
  }

  private static List<Part> parts(List<ModelConfig> schemes) {
    List<Part> parts = new ArrayList<>();
    for (ModelConfig scheme : schemes) {
      List<Long> block = scheme.integers("block_structure");
      if (block.size() == 2) {
        parts.add(new Part(block.get(0), block.get(1)));
      }
      scheme.optionalInteger("group_size").ifPresent(size -> parts.add(new Part(1, size)));
    }
    return parts;
  }

  /// A quantized module.
  ///
  /// @param weight its numbers
  /// @param name what they are called when they are not quantized
  private record Module(StoredTensors tensors, SourceTensor weight, String name, List<Part> parts) {

    private SourceTensor scale() {
      return tensors.require(name + "_scale", weight);
    }

    private void decodeBytes() {
      Numbers numbers = StoredTensors.numbers(weight, DType.I8, DType.F8_E4M3, DType.F8_E5M2);
      String type =
          switch (weight.dtype()) {
            case I8 -> "compressed-tensors INT8";
            case F8_E5M2 -> "compressed-tensors FP8 E5M2";
            default -> "compressed-tensors FP8 E4M3";
          };
      ScaledWeights made =
          new ScaledWeights(weight, weight.shape(), type, Elements.plain(numbers), scale(), parts);
      tensors
          .find(name + "_zero_point")
          .ifPresent(zero -> made.zeros(plainZeros(made.grid(), zero, scale())));
      finish(made);
    }

    private void decodePacked(Set<Long> widths) {
      Numbers words = StoredTensors.numbers(weight, DType.I32);
      Shape shape = shape();
      int bits = bits(shape, widths);
      int offset = 1 << (bits - 1);
      Elements elements = Elements.packed(words.bytes(), bits, weight.shape().rowLength(), offset);
      ScaledWeights made =
          new ScaledWeights(
              weight, shape, "compressed-tensors INT" + bits, elements, scale(), parts);
      tensors
          .find(name + "_zero_point")
          .ifPresent(
              zero ->
                  made.zeros(
                      zero.dtype() == DType.I32
                          ? packedZeros(zero, shape, made.grid(), bits)
                          : plainZeros(made.grid(), zero, scale())));
      finish(made);
    }

    private void decodeSmallFloats() {
      long columns = Math.multiplyExact(2, weight.shape().rowLength());
      Shape shape = Shape.of(columns, weight.shape().rows());
      Optional<SourceTensor> global = tensors.find(name + "_global_scale");
      SourceTensor scale = scale();
      boolean powers = scale.dtype() == DType.U8 || scale.dtype() == DType.F8_E8M0;
      SourceTensor scales =
          powers
              ? new SourceTensor(
                  scale.name(), DType.F8_E8M0, scale.shape(), scale.data(), scale.file())
              : scale;
      Elements elements = Elements.smallFloats(StoredTensors.bytes(weight));
      String type = "compressed-tensors " + (powers ? "MXFP4" : "NVFP4");
      ScaledWeights made = new ScaledWeights(weight, shape, type, elements, scales, parts);
      if (made.grid().columnsPer() != (powers ? 32 : 16)) {
        throw StoredTensors.malformed(
            scale,
            "is %s, wanted a scale for each %d weights".formatted(scale.shape(), powers ? 32 : 16));
      }
      made.to(DType.BF16);
      global.ifPresent(one -> made.scalesOver(one(one)));
      made.blocks(blocks(scale, shape, global.map(this::one), powers));
      finish(made);
    }

    /// The same as blocks of GGML, whose global scales are multiplied with.
    private @Nullable BlockData blocks(
        SourceTensor scale, Shape shape, Optional<Float> global, boolean powers) {
      if (!powers) {
        Optional<SourceTensor> inputs =
            tensors.find(name.replaceFirst("weight$", "input_global_scale"));
        return Nvfp4Blocks.of(
            weight,
            scale,
            shape,
            global.map(one -> 1 / one).orElse(1f),
            inputs.map(this::one).map(one -> 1 / one).orElse(1f));
      }
      return global.isPresent()
          ? null
          : new Mxfp4Blocks(
              StoredTensors.bytes(weight), StoredTensors.bytes(scale), shape.elements());
    }

    private void finish(ScaledWeights made) {
      tensors.find(name + "_g_idx").flatMap(index -> groups(index, made)).ifPresent(made::groups);
      tensors.replace(
          weight,
          made.weights(name),
          name + "_scale",
          name + "_zero_point",
          name + "_shape",
          name + "_g_idx",
          name + "_global_scale");
    }

    private Optional<IntUnaryOperator> groups(SourceTensor index, ScaledWeights made) {
      ScaleGrid grid = made.grid();
      return Groups.of(
          index, weight, made.shape().rowLength(), grid.columnsPer(), grid.gridColumns());
    }

    private float one(SourceTensor global) {
      float value = StoredTensors.single(global);
      if (!Float.isFinite(value) || value == 0) {
        throw StoredTensors.malformed(global, "is " + value + ", which nothing can be divided by");
      }
      return value;
    }

    /// The extents that `weight_shape` gives.
    private Shape shape() {
      SourceTensor shape = tensors.require(name + "_shape", weight);
      Numbers numbers = StoredTensors.numbers(shape, DType.I64, DType.I32);
      long rows = weight.shape().rows();
      if (shape.shape().elements() != 2 || numbers.at(0) != rows) {
        throw StoredTensors.malformed(
            shape, "does not give the %d rows of %s".formatted(rows, weight.name()));
      }
      long columns = (long) numbers.at(1);
      if (columns < 1 || columns > 32 * weight.shape().rowLength()) {
        throw StoredTensors.malformed(
            shape,
            "gives rows of %d to %s, which has %s words"
                .formatted(columns, weight.name(), weight.shape()));
      }
      return Shape.of(columns, rows);
    }

    /// The width that fills rows of words with rows of this length.
    private int bits(Shape shape, Set<Long> widths) {
      List<Integer> fitting = new ArrayList<>();
      for (int bits : new int[] {1, 2, 4, 8}) {
        boolean named = widths.isEmpty() || widths.contains((long) bits);
        long words = (shape.rowLength() - 1) / (32 / bits) + 1;
        if (named && words == weight.shape().rowLength()) {
          fitting.add(bits);
        }
      }
      if (fitting.size() != 1) {
        throw StoredTensors.malformed(
            weight,
            "has rows of %d words for %d weights, which %s bits each; wanted 1, 2, 4 or 8 as num_bits says"
                .formatted(
                    weight.shape().rowLength(),
                    shape.rowLength(),
                    fitting.isEmpty()
                        ? "is not a known number of"
                        : "could be several numbers of"));
      }
      return fitting.getFirst();
    }

    private Cells plainZeros(ScaleGrid grid, SourceTensor zero, SourceTensor scale) {
      if (zero.shape().elements() != scale.shape().elements()) {
        throw StoredTensors.malformed(
            zero, "is %s, wanted %s as the scales".formatted(zero.shape(), scale.shape()));
      }
      Numbers numbers = StoredTensors.numbers(zero, DType.I8, DType.F8_E4M3, DType.I32);
      return Cells.of(numbers, grid::rowOfCells);
    }

    /// Zero points packed along the rows, raised as the weights are.
    private Cells packedZeros(SourceTensor zero, Shape shape, ScaleGrid grid, int bits) {
      long perWord = 32 / bits;
      Shape wanted = Shape.of(grid.gridColumns(), (shape.rows() - 1) / perWord + 1);
      StoredTensors.checkShape(zero, wanted, weight);
      if (grid.rowsPer() != 1) {
        throw StoredTensors.malformed(zero, "is packed for each row, but the scales are not");
      }
      Numbers words = StoredTensors.numbers(zero, DType.I32);
      int mask = (1 << bits) - 1;
      int offset = 1 << (bits - 1);
      long columns = grid.gridColumns();
      return (row, column) -> {
        int word = words.bytes().intAt(4 * (row / perWord * columns + column));
        return ((word >>> ((int) (row % perWord) * bits)) & mask) - offset;
      };
    }
  }
}
