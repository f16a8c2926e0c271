package dev.quern.verifier.baseline;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.Sha256;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.verifier.RowWindow;
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
    for (TensorInfo tensor : tensors) {
      fingerprint.sum.add(tensor.name() + " " + tensor.type() + " " + tensor.shape());
      fingerprint.add(model.tensor(tensor.name()).orElseThrow());
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

  private void add(TensorData tensor) {
    long rows = tensor.info().shape().rows();
    long step = RowWindow.count(tensor, SLICE, tensor.info().rowBytes());
    try (RowWindow window = new RowWindow(tensor, step)) {
      for (long row = 0; row < rows; row += step) {
        sum.add(window.rows(row, Math.min(step, rows - row)));
      }
    }
  }
}
