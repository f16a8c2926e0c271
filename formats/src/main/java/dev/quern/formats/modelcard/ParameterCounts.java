package dev.quern.formats.modelcard;

import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import java.util.ArrayList;
import java.util.List;

/// How many weights a model has, and how they are shared out among experts.
///
/// @param total all weights; negative for a low-rank adapter, whose model it only hints at
/// @param shared weights that every token meets
/// @param expert weights of one expert, summed over the layers
/// @param expertCount experts in a layer, on average; 0 for a dense model
public record ParameterCounts(long total, long shared, long expert, long expertCount) {
  private static final String LORA_A = ".lora_a";
  private static final String LORA_B = ".lora_b";
  private static final ParameterCounts UNKNOWN = new ParameterCounts(0, 0, 0, 0);

  /// Counts the weights of `tensors`, given under their GGUF names in the order of the file.
  ///
  /// Tensors with `_exps.` in the name hold all experts of a layer. A low-rank pair `x.lora_a`,
  /// `x.lora_b` counts as the tensor `x` that it changes; all counts are 0 if pairs do not lie side
  /// by side.
  ///
  /// @throws ArithmeticException if there are more weights than fit in a `long`
  public static ParameterCounts of(List<TensorInfo> tensors) {
    Tally tally = new Tally();
    TensorInfo first = null;
    for (TensorInfo tensor : tensors) {
      String name = tensor.name();
      if (name.endsWith(LORA_A)) {
        first = tensor;
      } else if (!name.endsWith(LORA_B)) {
        tally.add(name, tensor.shape().extents());
      } else if (first == null || !pairName(first.name(), LORA_A).equals(pairName(name, LORA_B))) {
        return UNKNOWN;
      } else {
        tally.add(name, product(first.shape(), tensor.shape()));
      }
    }
    return tally.counts(first != null);
  }

  private static String pairName(String name, String suffix) {
    return name.substring(0, name.length() - suffix.length());
  }

  private static List<Long> product(Shape a, Shape b) {
    List<Long> extents = new ArrayList<>(b.extents());
    extents.set(0, a.rowLength());
    return extents;
  }

  private static final class Tally {
    private long total;
    private long shared;
    private long expert;
    private long expertSum;
    private long expertTensors;

    void add(String name, List<Long> extents) {
      long size = extents.stream().reduce(1L, Math::multiplyExact);
      total = Math.addExact(total, size);
      if (!name.contains("_exps.") || extents.size() < 3) {
        shared += size;
        return;
      }
      long experts = extents.get(name.contains(".bias") ? 1 : 2);
      expert += experts == 0 ? 0 : size / experts;
      expertSum = Math.addExact(expertSum, experts);
      expertTensors++;
    }

    ParameterCounts counts(boolean adapter) {
      long experts = expertTensors == 0 ? 0 : expertSum / expertTensors;
      return new ParameterCounts(adapter ? -total : total, shared, expert, experts);
    }
  }
}
