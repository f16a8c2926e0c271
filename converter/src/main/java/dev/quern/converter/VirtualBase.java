package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.adapter.LoraAdapter;
import dev.quern.formats.adapter.LoraModule;
import java.util.List;

/// The weights that an adapter is for, as far as their names and extents go: their numbers are
/// never asked for.
final class VirtualBase {
  private VirtualBase() {}

  /// The weights that `adapter` is for; closing them closes nothing.
  static Checkpoint of(LoraAdapter adapter) {
    List<SourceTensor> weights = adapter.modules().stream().map(VirtualBase::weight).toList();
    return new ListedCheckpoint(adapter.path(), weights, List.of(), () -> {});
  }

  static String nameOf(LoraModule module) {
    return module.name() + ".weight";
  }

  private static SourceTensor weight(LoraModule module) {
    Shape shape =
        module.transposed()
            ? Shape.of(module.outputs(), module.inputs())
            : Shape.of(module.inputs(), module.outputs());
    SourceData nothing =
        (_, _, _) -> {
          throw new IllegalStateException("the weights of the base are not here");
        };
    return new SourceTensor(nameOf(module), DType.F32, shape, nothing, module.down().file());
  }
}
