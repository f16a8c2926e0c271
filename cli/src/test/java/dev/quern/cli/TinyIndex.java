package dev.quern.cli;

import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// The index of a checkpoint that is one shard.
final class TinyIndex {
  private TinyIndex() {}

  static String of(Path shard) {
    try (SafetensorsFile file = SafetensorsFile.open(shard)) {
      return file.tensors().stream()
          .map(SourceTensor::name)
          .map(name -> "\"" + name + "\":\"" + shard.getFileName() + "\"")
          .collect(Collectors.joining(",", "{\"weight_map\":{", "}}"));
    }
  }
}
