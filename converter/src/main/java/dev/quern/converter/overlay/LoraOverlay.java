package dev.quern.converter.overlay;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.adapter.LoraAdapter;
import dev.quern.formats.adapter.LoraModule;
import dev.quern.formats.adapter.ModuleNames;
import dev.quern.formats.adapter.PeftConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A base and a low-rank adapter, added up as PEFT merges them.
///
/// A weight becomes `w + scale * (B A)`, rounded once to the type of the base. The product is a
/// chain of fused multiply-adds in the order of the rank; scale and sum are in single precision.
public final class LoraOverlay {
  private final Checkpoint base;
  private final LoraAdapter adapter;
  private final double weight;
  private final ModuleNames names;
  private final Map<String, SourceTensor> changed = new HashMap<>();

  private LoraOverlay(Checkpoint base, LoraAdapter adapter, double weight) {
    this.base = base;
    this.adapter = adapter;
    this.weight = weight;
    this.names = new ModuleNames(base);
  }

  /// The sum of `base` and `weight` times `adapter`, which it closes.
  ///
  /// @throws MalformedFileException if a module is not in the base, or has another shape there
  public static Checkpoint of(Checkpoint base, LoraAdapter adapter, double weight) {
    return new LoraOverlay(base, adapter, weight).sum();
  }

  private Checkpoint sum() {
    if (adapter
        .config()
        .map(PeftConfig::invocation)
        .filter(found -> !found.isEmpty())
        .isPresent()) {
      throw new MalformedFileException(
          adapter.path(),
          "alora_invocation_tokens is set: the adapter works after these tokens alone and cannot be"
              + " part of weights; convert-lora keeps it apart");
    }
    adapter.replacements().forEach(this::replace);
    adapter.modules().forEach(this::add);
    List<SourceTensor> tensors = new ArrayList<>();
    for (SourceTensor tensor : base.tensors()) {
      tensors.add(changed.getOrDefault(tensor.name(), tensor));
    }
    return ListedCheckpoint.over(base, tensors, adapter.notes(), adapter::close);
  }

  private void replace(SourceTensor tensor) {
    SourceTensor below = base.tensor(tensor.name()).orElseThrow(() -> unknown(tensor.name()));
    Shape shape = tensor.shape();
    boolean grown =
        shape.rank() == 2
            && below.shape().rank() == 2
            && shape.rowLength() == below.shape().rowLength();
    if (!shape.equals(below.shape()) && !grown) {
      throw misfit(tensor, shape, below);
    }
    MadeData data = new MadeData(tensor.data(), "from " + adapter.path());
    put(new SourceTensor(tensor.name(), tensor.dtype(), shape, data, tensor.file()));
  }

  private void put(SourceTensor tensor) {
    if (changed.put(tensor.name(), tensor) != null) {
      throw new MalformedFileException(
          adapter.path(), "tensor " + tensor.name() + " of the base is changed by two modules");
    }
  }

  private void add(LoraModule module) {
    SourceTensor below = names.weight(module.name()).orElseThrow(() -> unknown(module.name()));
    SourceTensor under = changed.getOrDefault(below.name(), below);
    long elements = under.shape().elements();
    long outer = under.shape().extents().getLast();
    LowRankProduct product = new LowRankProduct(module);
    long rows = module.transposed() ? module.inputs() : module.outputs();
    if (rows != outer || product.columns() != elements / Math.max(1, outer)) {
      throw misfit(module.down(), Shape.of(product.columns(), rows), under);
    }
    float scale = (float) module.scale(weight);
    Numbers sum = new ScaledSum(Numbers.of(under), product, scale);
    if (module.magnitude().isPresent()) {
      sum = stretched(sum, module, rows, product.columns());
    }
    String made =
        "%s+ LoRA %s (rank %d, scale %s%s)"
            .formatted(
                under.data().made().isEmpty() ? "" : under.data().made() + " ",
                adapter.path(),
                module.rank(),
                scale,
                module.magnitude().isPresent() ? ", DoRA" : "");
    changed.remove(below.name());
    put(computed(under, sum, made));
    module.bias().ifPresent(bias -> addBias(module, below, bias, made));
  }

  private Numbers stretched(Numbers sum, LoraModule module, long rows, long columns) {
    SourceTensor magnitude = module.magnitude().orElseThrow();
    if (magnitude.shape().elements() != module.outputs()) {
      throw new MalformedFileException(
          magnitude.file(),
          "tensor %s is %s, wanted a number for each of %d outputs"
              .formatted(magnitude.name(), magnitude.shape(), module.outputs()));
    }
    return new DoraLengths(
        sum, Numbers.of(magnitude), rows, Math.toIntExact(columns), module.transposed());
  }

  private void addBias(
      LoraModule module, SourceTensor weightBelow, SourceTensor bias, String made) {
    String name = weightBelow.name().replaceFirst("\\.weight$", ".bias");
    SourceTensor below = base.tensor(name).orElseThrow(() -> unknown(name));
    if (bias.shape().elements() != below.shape().elements()) {
      throw misfit(bias, bias.shape(), below);
    }
    float scale = (float) module.scale(weight);
    put(computed(below, new ScaledSum(Numbers.of(below), Numbers.of(bias), scale), made));
  }

  private static SourceTensor computed(SourceTensor below, Numbers numbers, String made) {
    ComputedData data = new ComputedData(numbers, below.dtype(), below.shape().elements(), made);
    return new SourceTensor(below.name(), below.dtype(), below.shape(), data, below.file());
  }

  private MalformedFileException unknown(String module) {
    return new MalformedFileException(
        adapter.path(),
        "it is for %s, which %s has not%s; is it for another model?"
            .formatted(
                module,
                base.path(),
                adapter
                    .config()
                    .flatMap(PeftConfig::base)
                    .map(name -> " (it was made for " + name + ")")
                    .orElse("")));
  }

  private MalformedFileException misfit(SourceTensor tensor, Shape shape, SourceTensor below) {
    return new MalformedFileException(
        adapter.path(),
        "tensor %s is for weights of %s (row length first), but %s of the base is %s%s"
            .formatted(
                tensor.name(),
                shape,
                below.name(),
                below.shape(),
                below.shape().rank() == 2
                        && shape.rank() == 2
                        && below.shape().rowLength() == shape.rows()
                        && below.shape().rows() == shape.rowLength()
                    ? "; fan_in_fan_out may be wrong"
                    : ""));
  }
}
