package dev.quern.formats.gguf;

import dev.quern.formats.MetadataValue;
import java.util.List;
import java.util.Map;

/// Everything that a file says before its weights.
///
/// @param version 1 to 3
/// @param alignment of tensors, in bytes
/// @param metadata in the order of the file
/// @param tensors in the order of the table
/// @param dataStart byte at which weights begin
record GgufHeader(
    int version,
    int alignment,
    Map<String, MetadataValue> metadata,
    List<GgufTensor> tensors,
    long dataStart) {}
