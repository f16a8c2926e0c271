package dev.quern.formats.ggml;

import dev.quern.formats.ListedView;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SequencedMap;

/// Opens a LLaMA of llama.cpp's from before GGUF; see the package documentation.
public final class GgmlFile {
  private GgmlFile() {}

  /// True if `path` is a file that begins as such files do.
  public static boolean isOne(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (MappedFile mapped = MappedFile.open(path)) {
      return GgmlHeader.isOne(mapped.bytes());
    }
  }

  /// Maps `path`, and the other parts of a model in several, and checks everything but the weights
  /// themselves.
  ///
  /// @throws MalformedFileException if it is damaged, or holds another model than a LLaMA
  public static ModelView open(Path path) {
    MappedFile mapped = MappedFile.open(path);
    try {
      return read(mapped);
    } catch (RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  private static ModelView read(MappedFile mapped) {
    GgmlParts parts = GgmlParts.read(mapped);
    try {
      return view(mapped.path(), parts);
    } catch (RuntimeException e) {
      parts.files().stream().skip(1).forEach(MappedFile::close);
      throw e;
    }
  }

  private static ModelView view(Path path, GgmlParts parts) {
    GgmlHeader header = parts.header();
    SequencedMap<String, TensorData> tensors = parts.tensors();
    LlamaExtents extents = extents(path, header, tensors);
    extents.check(path, tensors);
    String description =
        "converted from legacy %s %s format"
            .formatted(header.display(), FileTypes.name(header.fileType()));
    SequencedMap<String, MetadataValue> metadata =
        extents.metadata(String.valueOf(path.getFileName()), description, header.fileType());
    parts.tokens().addTo(metadata);
    return new ListedView(
        path.toString(),
        metadata,
        tensors.values(),
        notes(path, header, extents),
        () -> parts.files().forEach(MappedFile::close));
  }

  private static LlamaExtents extents(
      Path path, GgmlHeader header, SequencedMap<String, TensorData> tensors) {
    long hidden = rows(path, tensors, "blk.0.ffn_gate.weight");
    long headLength = header.width() / header.heads();
    long keys = rows(path, tensors, "blk.0.attn_k.weight");
    long keyValueHeads = keys / headLength;
    if (keys % headLength != 0 || keyValueHeads < 1 || header.heads() % keyValueHeads != 0) {
      throw new MalformedFileException(
          path,
          "keys have %d rows, which are no heads of %d that divide the %d"
              .formatted(keys, headLength, header.heads()));
    }
    boolean second = keyValueHeads < header.heads();
    return new LlamaExtents(
        header.vocabulary(),
        header.width(),
        hidden,
        header.heads(),
        keyValueHeads,
        header.layers(),
        second ? 4096 : 2048,
        second ? 1e-5f : 5e-6f);
  }

  private static long rows(Path path, SequencedMap<String, TensorData> tensors, String name) {
    TensorData tensor = tensors.get(name);
    if (tensor == null) {
      throw new MalformedFileException(
          path, "no tensor becomes " + name + ": the file is cut short, or not a LLaMA");
    }
    return tensor.info().shape().rows();
  }

  private static List<String> notes(Path path, GgmlHeader header, LlamaExtents extents) {
    String assumed =
        "%s: %s does not say how long a text may be, nor the epsilon of norms: taken for %d and %s; --override-kv llama.context_length=int:4096 and llama.attention.layer_norm_rms_epsilon=float:1e-6 (LLaMA 1) or 1e-5 (LLaMA 2) say otherwise"
            .formatted(path, header.display(), extents.context(), extents.epsilon());
    return header.hasScores()
        ? List.of(assumed)
        : List.of(
            assumed,
            "%s: %s has no scores of tokens, so text may be cut otherwise than it was in training"
                .formatted(path, header.display()));
  }
}
