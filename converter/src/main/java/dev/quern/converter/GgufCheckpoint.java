package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufModel;
import java.util.ArrayList;
import java.util.List;

/// The tensors of a GGUF that is not quantized, under their own names.
final class GgufCheckpoint {
  private GgufCheckpoint() {}

  /// The tensors of `model`, which it closes.
  ///
  /// @throws MalformedFileException if one is not F32, F16 or BF16
  static Checkpoint of(GgufModel model) {
    List<SourceTensor> tensors = new ArrayList<>();
    try {
      for (GgufFile part : model.parts()) {
        part.tensors().forEach(info -> tensors.add(tensor(part, info)));
      }
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    return new ListedCheckpoint(model.path(), tensors, List.of(), model::close);
  }

  private static SourceTensor tensor(GgufFile part, TensorInfo info) {
    DType dtype =
        switch (info.type()) {
          case F32 -> DType.F32;
          case F16 -> DType.F16;
          case BF16 -> DType.BF16;
          default ->
              throw new MalformedFileException(
                  part.path(),
                  "tensor %s is %s, and differences and adapters are added to F32, F16 and BF16 alone; take the model from before it was quantized"
                      .formatted(info.name(), info.type()));
        };
    return new SourceTensor(
        info.name(),
        dtype,
        info.shape(),
        part.tensor(info.name()).flatMap(data -> data.mapped()).orElseThrow(),
        part.path());
  }
}
