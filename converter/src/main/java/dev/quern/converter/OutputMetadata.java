package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataOverride;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Uint16;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.gguf.SplitKeys;
import dev.quern.quantizers.recipe.OutputOrder;
import dev.quern.quantizers.recipe.Recipe;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/// The metadata of an output, before it is divided into parts.
final class OutputMetadata {
  private static final String FILE_TYPE = "general.file_type";
  private static final String QUANTIZATION_VERSION = "general.quantization_version";

  /// Marks a file type that was concluded from the tensors.
  private static final int GUESSED = 1024;

  private final ModelSource source;
  private final GgufOptions options;

  OutputMetadata(ModelSource source, GgufOptions options) {
    this.source = source;
    this.options = options;
  }

  /// As the reference converter has it, when there is nothing to change, or else as the reference
  /// quantizer has it.
  SequencedMap<String, MetadataValue> of(Recipe recipe, boolean fresh) {
    return fresh ? source.metadata(recipe.fileType()) : quantized(recipe);
  }

  /// As `llama-gguf-split` has it: everything as it was, and that it is joined.
  SequencedMap<String, MetadataValue> asItIs() {
    SequencedMap<String, MetadataValue> metadata = source.metadata(0);
    if (source.parts().size() > 1) {
      metadata.putLast(SplitKeys.COUNT, new Uint16(0));
    }
    return metadata;
  }

  /// What llama-quantize sets comes last.
  private SequencedMap<String, MetadataValue> quantized(Recipe recipe) {
    SequencedMap<String, MetadataValue> metadata = source.metadata(recipe.fileType());
    long fileType = recipe.isCopy() ? fileType(metadata) : recipe.fileType();
    metadata.putLast(QUANTIZATION_VERSION, new Uint32(2));
    metadata.putLast(FILE_TYPE, new Uint32(fileType));
    metadata.keySet().removeAll(List.of(SplitKeys.NO, SplitKeys.COUNT, SplitKeys.TENSORS));
    for (MetadataOverride override : options.overrides()) {
      override.putLast(metadata);
    }
    return metadata;
  }

  /// Sets the number of blocks that are left.
  void setBlocks(SequencedMap<String, MetadataValue> metadata, int blocks) {
    metadata.putLast(source.architecture() + ".block_count", new Uint32(blocks));
  }

  /// The arrays that have a value for each block and do not become shorter with them.
  static List<String> perBlock(
      Map<String, MetadataValue> metadata, String architecture, int blocks) {
    return metadata.entrySet().stream()
        .filter(pair -> pair.getKey().startsWith(architecture + "."))
        .filter(pair -> pair.getValue() instanceof Array array && array.values().size() == blocks)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// What the file says it is, or what most of its tensors are.
  private long fileType(Map<String, MetadataValue> metadata) {
    return new Metadata(source.path(), metadata)
        .optionalInteger(FILE_TYPE)
        .orElseGet(() -> GUESSED | guess());
  }

  private int guess() {
    Map<GgmlType, Integer> counts = new EnumMap<>(GgmlType.class);
    GgmlType most = GgmlType.F32;
    List<SourceWeight> ordered =
        source.weights().stream()
            .sorted(
                Comparator.comparing(weight -> weight.info().name(), OutputOrder.BY_BLOCK_AND_NAME))
            .toList();
    for (SourceWeight weight : ordered) {
      GgmlType type = weight.info().type();
      if (counts.merge(type, 1, Integer::sum) > counts.getOrDefault(most, 0)) {
        most = type;
      }
    }
    return switch (most) {
      case NVFP4 -> 39;
      // the reference's loader does not know these
      case MXFP4, I8, I16, I32, I64, F64, Q8_1, Q8_K -> 0;
      default -> Recipe.named(most.name()).fileType();
    };
  }
}
