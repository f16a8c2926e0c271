package dev.quern.verifier.baseline;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.Sha256;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// SHA-256 of what a model computes with, whatever file or folder holds it.
public final class Fingerprint {
  private static final String TOKENIZER = "tokenizer.ggml.";
  private static final long SLICE = 1 << 24;

  private final Sha256 sum = new Sha256();

  private Fingerprint() {}

  /// Of the tensors by name, with types, shapes and bytes, and of the metadata that is neither
  /// about the tokenizer nor `general`. Reads all weights.
  public static String ofModel(ModelView model) {
    Fingerprint fingerprint = new Fingerprint();
    String architecture = architecture(model);
    fingerprint.add(model, architecture);
    List<TensorInfo> tensors =
        model.tensors().stream().sorted(Comparator.comparing(TensorInfo::name)).toList();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(SLICE);
      for (TensorInfo tensor : tensors) {
        fingerprint.sum.add(tensor.name() + " " + tensor.type() + " " + tensor.shape());
        fingerprint.add(model.tensor(tensor.name()).orElseThrow(), buffer);
      }
    }
    return fingerprint.sum.hex();
  }

  /// Of the tokens and how texts become tokens; the pre-tokenizer's name, of which several may
  /// stand for the same rules, and the chat template do not count.
  public static String ofTokenizer(ModelView model) {
    Fingerprint fingerprint = new Fingerprint();
    for (Map.Entry<String, MetadataValue> entry : new TreeMap<>(model.metadata()).entrySet()) {
      String key = entry.getKey();
      if (key.startsWith(TOKENIZER) && !key.equals(TOKENIZER + "pre")) {
        fingerprint.sum.add(key + " " + entry.getValue());
      }
    }
    return fingerprint.sum.hex();
  }

  private static String architecture(ModelView model) {
    return model.metadata().get("general.architecture") instanceof MetadataValue.Text(String name)
        ? name
        : "";
  }

  private void add(ModelView model, String architecture) {
    sum.add(architecture);
    for (Map.Entry<String, MetadataValue> entry : new TreeMap<>(model.metadata()).entrySet()) {
      if (entry.getKey().startsWith(architecture + ".")) {
        sum.add(entry.getKey() + " " + entry.getValue());
      }
    }
  }

  private void add(TensorData tensor, MemorySegment buffer) {
    long rows = tensor.info().shape().rows();
    long rowBytes = tensor.info().rowBytes();
    if (tensor.mapped().isPresent()) {
      sum.add(tensor.mapped().get());
      return;
    }
    if (rowBytes > buffer.byteSize()) {
      throw new IllegalArgumentException(
          "%s: a row has %d bytes, at most %d can be read"
              .formatted(tensor.info().name(), rowBytes, buffer.byteSize()));
    }
    long count;
    for (long row = 0; row < rows; row += count) {
      count = Math.min(rows - row, Math.max(1, buffer.byteSize() / Math.max(1, rowBytes)));
      tensor.read(row, count, buffer);
      sum.add(buffer.asSlice(0, count * rowBytes));
    }
  }
}
