package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceData;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.adapter.LoraAdapter;
import dev.quern.formats.adapter.LoraModule;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

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
    SourceTensor down = module.down();
    return new SourceTensor(nameOf(module), DType.F32, shape, new NoData(), down.file());
  }

  private record NoData() implements SourceData {
    @Override
    public Optional<MemorySegment> mapped() {
      return Optional.empty();
    }

    @Override
    public void read(long first, long count, MemorySegment into) {
      throw new IllegalStateException("the weights of the base are not here");
    }
  }
}
