package dev.quern.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.gguf.GgufTensor;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a model file says of itself, ready to be printed while the file is open.
///
/// @param facts about the whole file
/// @param metadata by key, as people read it
/// @param tensors in the order of the file
record Inspection(
    Map<String, Object> facts, Map<String, MetadataValue> metadata, List<Row> tensors) {

  /// A tensor.
  ///
  /// @param shape row length first
  /// @param offset first byte in its file, where the format says it
  /// @param provenance what it is decoded or repacked from, if the file has it otherwise
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Row(
      String name,
      String type,
      String shape,
      long weights,
      long bytes,
      @Nullable Long offset,
      @Nullable String provenance) {}

  static Inspection of(GgufModel model) {
    GgufFile file = model.parts().getFirst();
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", file.name());
    facts.put("format", "GGUF v" + file.version());
    facts.put("size", model.size());
    facts.put("alignment", file.alignment());
    facts.put("data_start", file.dataStart());
    if (model.isSplit()) {
      facts.put("parts", model.parts().stream().map(GgufFile::name).toList());
    }
    List<Row> rows = new ArrayList<>();
    for (GgufFile part : model.parts()) {
      part.table().forEach(tensor -> rows.add(row(tensor)));
    }
    return new Inspection(facts, file.metadata(), rows);
  }

  private static Row row(GgufTensor tensor) {
    TensorInfo info = tensor.info();
    return new Row(
        info.name(),
        info.type().name(),
        info.shape().toString(),
        info.shape().elements(),
        info.bytes(),
        tensor.offset(),
        null);
  }

  static Inspection of(HuggingFaceFolder folder, Checkpoint checkpoint) {
    Inspection inspection = of("Hugging Face folder", checkpoint);
    inspection.facts.put("file", folder.path().toString());
    inspection.facts.put("architectures", folder.config().texts("architectures"));
    return inspection;
  }

  static Inspection of(String format, Checkpoint checkpoint) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", checkpoint.path().toString());
    facts.put("format", format);
    if (!checkpoint.notes().isEmpty()) {
      facts.put("notes", checkpoint.notes());
    }
    List<Row> rows = new ArrayList<>();
    for (SourceTensor tensor : checkpoint.tensors()) {
      rows.add(
          new Row(
              tensor.name(),
              tensor.dtype().name(),
              tensor.shape().toString(),
              tensor.shape().elements(),
              tensor.byteSize(),
              null,
              tensor.data().encoding().map(words -> "decoded from " + words).orElse(null)));
    }
    return new Inspection(facts, Map.of(), rows);
  }

  static Inspection of(String format, ModelView model) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("file", model.name());
    facts.put("format", format);
    if (!model.notes().isEmpty()) {
      facts.put("notes", model.notes());
    }
    List<Row> rows = new ArrayList<>();
    for (TensorInfo info : model.tensors()) {
      rows.add(
          new Row(
              info.name(),
              info.type().name(),
              info.shape().toString(),
              info.shape().elements(),
              info.bytes(),
              null,
              model
                  .tensor(info.name())
                  .flatMap(TensorData::encoding)
                  .map(
                      words ->
                          (info.type().isQuantized() ? "repacked" : "decoded") + " from " + words)
                  .orElse(null)));
    }
    return new Inspection(facts, model.metadata(), rows);
  }

  Map<String, Object> document(boolean full) {
    Map<String, Object> document = new LinkedHashMap<>(facts);
    document.put("weights", weights());
    Map<String, Object> sums = new LinkedHashMap<>();
    types().forEach((type, sum) -> sums.put(type, Map.of("tensors", sum[0], "bytes", sum[1])));
    document.put("types", sums);
    Map<String, Object> values = new LinkedHashMap<>();
    metadata.forEach((key, value) -> values.put(key, JsonMetadata.of(value, full)));
    document.put("metadata", values);
    document.put("tensors", tensors);
    return document;
  }

  void print(PrintWriter out) {
    facts.forEach(
        (key, value) -> out.printf("%-13s %s%n", key.replace('_', ' '), text(key, value)));
    out.printf(
        Locale.ROOT,
        "%-13s %,d in %s%n",
        "weights",
        weights(),
        Units.count(tensors.size(), "tensor"));
    types()
        .forEach(
            (type, sum) ->
                out.printf(
                    "%-13s %s, %s%n",
                    "  " + type, Units.count(sum[0], "tensor"), Units.bytes(sum[1])));
    if (!metadata.isEmpty()) {
      out.printf("%nmetadata%n");
      metadata.forEach((key, value) -> out.printf("  %-42s %s%n", key, value.display()));
    }
    printTensors(out);
  }

  private void printTensors(PrintWriter out) {
    out.printf("%ntensors (row length first)%n");
    int width = tensors.stream().mapToInt(row -> row.name.length()).max().orElse(1);
    for (Row row : tensors) {
      out.printf(
          "  %-" + width + "s  %-8s %-18s %12s%s%n",
          row.name,
          row.type,
          row.shape,
          Units.bytes(row.bytes),
          row.provenance == null ? "" : "  " + row.provenance);
    }
  }

  private static Object text(String key, Object value) {
    return switch (value) {
      case Long size when key.equals("size") -> Units.bytes(size);
      case Number count -> count + " bytes";
      case List<?> names -> names.stream().map(String::valueOf).collect(Collectors.joining(", "));
      default -> value;
    };
  }

  private long weights() {
    return tensors.stream().mapToLong(Row::weights).sum();
  }

  private Map<String, long[]> types() {
    Map<String, long[]> sums = new TreeMap<>();
    for (Row row : tensors) {
      long[] sum = sums.computeIfAbsent(row.type, _ -> new long[2]);
      sum[0]++;
      sum[1] += row.bytes;
    }
    return sums;
  }
}
