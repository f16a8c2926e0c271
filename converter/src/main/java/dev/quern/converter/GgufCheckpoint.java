package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The tensors of a GGUF that is not quantized, under their own names.
final class GgufCheckpoint implements Checkpoint {
  private final GgufModel model;
  private final List<SourceTensor> tensors = new ArrayList<>();
  private final Map<String, SourceTensor> byName;

  /// The tensors of `model`, which it closes.
  ///
  /// @throws MalformedFileException if one is not F32, F16 or BF16
  GgufCheckpoint(GgufModel model) {
    this.model = model;
    try {
      for (GgufFile part : model.parts()) {
        part.tensors().forEach(info -> tensors.add(tensor(part, info)));
      }
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
    this.byName =
        tensors.stream()
            .collect(Collectors.toUnmodifiableMap(SourceTensor::name, Function.identity()));
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

  @Override
  public Path path() {
    return model.path();
  }

  @Override
  public List<SourceTensor> tensors() {
    return List.copyOf(tensors);
  }

  @Override
  public Optional<SourceTensor> tensor(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  @Override
  public void close() {
    model.close();
  }
}
