package dev.quern.formats.llama2c;

import dev.quern.formats.DecodedTensor;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.ListedView;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.MappedTensor;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.ggml.LlamaExtents;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;

/// Opens a model of llama2.c's; see the package documentation.
public final class Llama2cFile {
  private static final List<String> NORMS = List.of("attn_norm", "ffn_norm", "output_norm");

  private static final List<String> MATRICES =
      List.of(
          "token_embd",
          "attn_q",
          "attn_k",
          "attn_v",
          "attn_output",
          "ffn_gate",
          "ffn_down",
          "ffn_up");

  /// The order of version 0.
  private static final List<String> MIXED =
      List.of(
          "token_embd",
          "attn_norm",
          "attn_q",
          "attn_k",
          "attn_v",
          "attn_output",
          "ffn_norm",
          "ffn_gate",
          "ffn_down",
          "ffn_up",
          "output_norm");

  private final MappedFile file;
  private final Llama2cHeader header;
  private final LlamaExtents extents;
  private final SequencedMap<String, Shape> shapes;
  private final Map<String, TensorData> found = new LinkedHashMap<>();
  private long position;

  private Llama2cFile(MappedFile file, Llama2cHeader header) {
    this.file = file;
    this.header = header;
    this.position = header.start();
    this.extents =
        new LlamaExtents(
            header.vocabulary(),
            header.width(),
            header.hidden(),
            header.heads(),
            header.keyValueHeads(),
            header.layers(),
            header.context(),
            1e-5f);
    this.shapes = extents.tensors();
  }

  /// True if `path` is such a file.
  public static boolean isOne(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    try (MappedFile mapped = MappedFile.open(path)) {
      return Llama2cHeader.isMarked(mapped.bytes())
          || Llama2cHeader.find(mapped.bytes()).isPresent();
    }
  }

  /// Maps `path`, and reads the vocabulary beside it.
  ///
  /// @throws MalformedFileException if it is no such file or cut short, or there is no vocabulary
  public static ModelView open(Path path) {
    MappedFile mapped = MappedFile.open(path);
    try {
      Llama2cHeader header =
          Llama2cHeader.find(mapped.bytes())
              .orElseThrow(
                  () ->
                      new MalformedFileException(
                          path, "the header is none of a model of llama2.c's, version 1 or 2"));
      header.check(path, mapped.bytes().byteSize());
      return new Llama2cFile(mapped, header).view();
    } catch (RuntimeException e) {
      mapped.close();
      throw e;
    }
  }

  private ModelView view() {
    readAll();
    SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
    shapes.keySet().forEach(name -> tensors.put(name, Objects.requireNonNull(found.get(name))));
    String description = "converted from llama2.c version " + header.version();
    SequencedMap<String, MetadataValue> metadata =
        extents.metadata(String.valueOf(file.path().getFileName()), description, 0);
    Llama2cTokens.read(file.path(), header.vocabulary()).addTo(metadata);
    metadata.put("tokenizer.ggml.add_bos_token", new Bool(true));
    metadata.put("tokenizer.ggml.add_eos_token", new Bool(false));
    return new ListedView(file.path().toString(), metadata, tensors.values(), file::close);
  }

  private void readAll() {
    if (header.version() == 0) {
      MIXED.forEach(this::readKind);
      position += 4L * header.context() * (header.width() / header.heads());
    } else {
      NORMS.forEach(this::readKind);
      MATRICES.forEach(this::readKind);
    }
    if (!header.shared()) {
      shapes.put("output.weight", extents.output());
      readKind("output");
    }
  }

  /// Reads all tensors that are called `kind`.
  private void readKind(String kind) {
    for (Map.Entry<String, Shape> entry : shapes.entrySet()) {
      String name = entry.getKey();
      if (name.equals(kind + ".weight") || name.endsWith("." + kind + ".weight")) {
        TensorInfo info = new TensorInfo(name, GgmlType.F32, entry.getValue());
        boolean plain = header.group() == 0 || entry.getValue().rank() == 1;
        found.put(name, plain ? plain(info) : grouped(info));
      }
    }
  }

  private MemorySegment take(long size) {
    MemorySegment taken = file.bytes().asSlice(position, size);
    position += size;
    return taken;
  }

  private TensorData plain(TensorInfo info) {
    return new MappedTensor(info, take(info.bytes()));
  }

  private TensorData grouped(TensorInfo info) {
    long elements = info.shape().elements();
    long length = info.shape().rowLength();
    int group = header.group();
    MemorySegment numbers = take(elements);
    MemorySegment scales = take(4 * (elements / group));
    return new DecodedTensor(
        info,
        "llama2.c Q8, groups of " + group,
        (from, count, into) -> {
          for (long i = 0; i < count * length; i++) {
            long at = from * length + i;
            float scale = scales.get(Le.FLOAT, 4 * (at / group));
            into.set(Le.FLOAT, 4 * i, numbers.get(Le.BYTE, at) * scale);
          }
        });
  }
}
