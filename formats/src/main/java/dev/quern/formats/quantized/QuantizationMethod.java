package dev.quern.formats.quantized;

import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;

/// A way in which published weights are quantized.
interface QuantizationMethod {
  /// What `quant_method` of the configuration calls it; the first is the usual name.
  List<String> names();

  /// True if the tensors show it where the configuration says nothing.
  boolean shows(StoredTensors tensors);

  /// Replaces what is quantized by the weights it stands for.
  ///
  /// @param settings `quantization_config`, empty if there is none
  /// @throws dev.quern.formats.MalformedFileException if something is missing or does not fit
  void decode(StoredTensors tensors, ModelConfig settings);
}
