package dev.quern.verifier.baseline;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.verifier.Sha256Sums;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// SHA-256 of what a model computes with, whatever file or folder holds it.
public final class Fingerprint {
  private static final String TOKENIZER = "tokenizer.ggml.";
  private static final long SLICE = 1 << 24;

  private final MessageDigest digest = Sha256Sums.sha256();

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
        fingerprint.add(tensor.name() + " " + tensor.type() + " " + tensor.shape());
        fingerprint.add(model.tensor(tensor.name()).orElseThrow(), buffer);
      }
    }
    return fingerprint.hex();
  }

  /// Of the tokens and how texts become tokens; the pre-tokenizer's name, of which several may
  /// stand for the same rules, and the chat template do not count.
  public static String ofTokenizer(ModelView model) {
    Fingerprint fingerprint = new Fingerprint();
    for (Map.Entry<String, MetadataValue> entry : new TreeMap<>(model.metadata()).entrySet()) {
      String key = entry.getKey();
      if (key.startsWith(TOKENIZER) && !key.equals(TOKENIZER + "pre")) {
        fingerprint.add(key + " " + entry.getValue());
      }
    }
    return fingerprint.hex();
  }

  private static String architecture(ModelView model) {
    return model.metadata().get("general.architecture") instanceof MetadataValue.Text(String name)
        ? name
        : "";
  }

  private void add(ModelView model, String architecture) {
    add(architecture);
    for (Map.Entry<String, MetadataValue> entry : new TreeMap<>(model.metadata()).entrySet()) {
      if (entry.getKey().startsWith(architecture + ".")) {
        add(entry.getKey() + " " + entry.getValue());
      }
    }
  }

  private void add(TensorData tensor, MemorySegment buffer) {
    long rows = tensor.info().shape().rows();
    long rowBytes = tensor.info().rowBytes();
    if (tensor.mapped().isPresent()) {
      add(tensor.mapped().get());
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
      add(buffer.asSlice(0, count * rowBytes));
    }
  }

  private void add(MemorySegment bytes) {
    long size = bytes.byteSize();
    for (long at = 0; at < size; at += SLICE) {
      digest.update(bytes.asSlice(at, Math.min(SLICE, size - at)).asByteBuffer());
    }
  }

  private void add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
