/// Checkpoints whose weights were quantized before they were published.
///
/// `quant_method` in `quantization_config` of config.json says by which method, where that is
/// missing the names of the tensors do; each class that implements `QuantizationMethod` documents
/// one layout. [QuantizedCheckpoint] shows such a checkpoint as the weights it stands for, in the
/// arithmetic and the type to which the method's own library decodes them; they are decoded when
/// they are read, a few rows at a time. Where GGML has the same format, the weights are offered as
/// its blocks too ([dev.quern.formats.SourceData#blocks]).
@NullMarked
package dev.quern.formats.quantized;

import org.jspecify.annotations.NullMarked;
