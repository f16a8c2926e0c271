package dev.quern.formats.ggml;

import dev.quern.formats.DecodedTensor;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MappedTensor;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the tensors of a file, and gives them their names in a GGUF.
final class GgmlTensors {
  private static final int LONGEST_NAME = 256;
  private static final int MOST = 1 << 17;

  /// No type has more weights in a byte.
  private static final int MOST_PER_BYTE = 8;

  private static final Map<String, String> TOP =
      Map.of("tok_embeddings", "token_embd", "norm", "output_norm", "output", "output");

  private static final Map<String, String> BLOCK =
      Map.of(
          "attention_norm", "attn_norm",
          "ffn_norm", "ffn_norm",
          "attention.wq", "attn_q",
          "attention.wk", "attn_k",
          "attention.wv", "attn_v",
          "attention.wo", "attn_output",
          "feed_forward.w1", "ffn_gate",
          "feed_forward.w2", "ffn_down",
          "feed_forward.w3", "ffn_up");

  private static final Pattern IN_BLOCK = Pattern.compile("layers\\.([0-9]{1,4})\\.(.+)");

  private final Path path;
  private final MemorySegment bytes;
  private final GgmlHeader header;
  private final SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();

  private GgmlTensors(Path path, MemorySegment bytes, GgmlHeader header) {
    this.path = path;
    this.bytes = bytes;
    this.header = header;
  }

  /// The tensors from `cursor` to the end, by their names in a GGUF.
  static SequencedMap<String, TensorData> read(
      Path path, MemorySegment bytes, GgmlHeader header, GgmlCursor cursor, HeapBudget budget) {
    GgmlTensors all = new GgmlTensors(path, bytes, header);
    while (!cursor.isAtEnd()) {
      budget.charge(path, "tensors", 1024);
      if (all.tensors.size() == MOST) {
        throw cursor.malformed(cursor.position(), "the file has more than " + MOST + " tensors");
      }
      all.readOne(cursor);
    }
    return all.tensors;
  }

  private void readOne(GgmlCursor cursor) {
    long at = cursor.position();
    int rank = (int) cursor.number("the number of extents", 1, 2);
    int nameLength = (int) cursor.number("the length of a tensor's name", 1, LONGEST_NAME);
    long type = cursor.number("the type of a tensor");
    long[] extents = new long[rank];
    for (int i = 0; i < rank; i++) {
      extents[i] = cursor.number("an extent", 1, Integer.MAX_VALUE);
    }
    String name =
        new String(cursor.text("a tensor's name", nameLength), StandardCharsets.ISO_8859_1);
    if (header.isAligned()) {
      cursor.align(32);
    }
    String renamed =
        rename(name)
            .orElseThrow(() -> cursor.malformed(at, "tensor " + name + " is none of a LLaMA's"));
    Shape shape = Shape.of(extents);
    if (shape.elements() / MOST_PER_BYTE > bytes.byteSize()) {
      throw cursor.malformed(
          at, "tensor %s is %s, more than the file has room for".formatted(name, shape));
    }
    TensorData tensor = data(cursor, at, renamed, type, shape);
    if (tensors.put(renamed, tensor) != null) {
      throw cursor.malformed(at, "tensor " + name + " is there twice");
    }
  }

  private TensorData data(GgmlCursor cursor, long at, String name, long type, Shape shape) {
    Optional<OldBlocks> old = OldBlocks.of(type, header.blocks());
    if (old.isPresent()) {
      OldBlocks blocks = old.get();
      checkRows(cursor, at, name, shape, blocks.size());
      long size = shape.elements() / blocks.size() * blocks.bytes();
      MemorySegment stored = bytes.asSlice(cursor.take("tensor " + name, size), size);
      String words = "%s of %s".formatted(blocks.name(), header.display());
      return new DecodedTensor(
          new TensorInfo(name, blocks.type(), shape),
          words,
          blocks.rows(stored, shape.rowLength()));
    }
    GgmlType current =
        GgmlType.fromId((int) type)
            .filter(one -> type < 256 && OldBlocks.isCurrent(one, header.blocks()))
            .orElseThrow(
                () ->
                    cursor.malformed(
                        at,
                        "tensor %s has type %d, which %s does not have"
                            .formatted(name, type, header.display())));
    checkRows(cursor, at, name, shape, current.blockSize());
    long size = current.bytes(shape.elements());
    MemorySegment stored = bytes.asSlice(cursor.take("tensor " + name, size), size);
    return new MappedTensor(new TensorInfo(name, current, shape), stored);
  }

  private void checkRows(GgmlCursor cursor, long at, String name, Shape shape, int block) {
    if (shape.rowLength() % block != 0) {
      throw cursor.malformed(
          at,
          "tensor %s of %s has rows of %d, which are no blocks of %d"
              .formatted(name, path.getFileName(), shape.rowLength(), block));
    }
  }

  private Optional<String> rename(String name) {
    if (!name.endsWith(".weight")) {
      return Optional.empty();
    }
    String module = name.substring(0, name.length() - ".weight".length());
    Matcher block = IN_BLOCK.matcher(module);
    if (!block.matches()) {
      return Optional.ofNullable(TOP.get(module)).map(known -> known + ".weight");
    }
    int layer = Integer.parseInt(block.group(1));
    return layer >= header.layers()
        ? Optional.empty()
        : Optional.ofNullable(BLOCK.get(block.group(2)))
            .map(known -> "blk." + layer + "." + known + ".weight");
  }
}
