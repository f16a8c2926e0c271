package dev.quern.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.formats.Le;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.formats.gguf.GgufTensor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One way to spoil a file.
///
/// @param name what is wrong
/// @param says a part of the message that a user must get
/// @param how makes the bad file of the good one
record Damage(String name, String says, UnaryOperator<byte[]> how) {
  /// The file has these bytes instead.
  static Damage bytes(String name, String says, byte[] bytes) {
    return new Damage(name, says, _ -> bytes);
  }

  /// The file is this text instead.
  static Damage text(String name, String says, String text) {
    return bytes(name, says, text.getBytes(UTF_8));
  }

  /// A text in the file is another.
  static Damage replaced(String name, String says, String from, String to) {
    return new Damage(
        name, says, file -> replace(new String(file, ISO_8859_1), from, to).getBytes(ISO_8859_1));
  }

  /// Only the first bytes are left.
  static Damage cut(String says, int length) {
    return new Damage("cut to " + length + " bytes", says, file -> Arrays.copyOf(file, length));
  }

  /// The document of a JSON file is changed.
  static Damage json(String name, String says, Consumer<ObjectNode> change) {
    return new Damage(
        name,
        says,
        file -> {
          ObjectNode document = (ObjectNode) TinyModel.json(new String(file, UTF_8));
          change.accept(document);
          return document.toPrettyString().getBytes(UTF_8);
        });
  }

  /// A text in the header of a safetensors file is another, and its length is right again.
  static Damage header(String name, String says, String from, String to) {
    return new Damage(
        name,
        says,
        file -> {
          int length = (int) MemorySegment.ofArray(file).get(Le.LONG, 0);
          String header = new String(file, 8, length, UTF_8);
          byte[] changed = replace(header, from, to).getBytes(UTF_8);
          byte[] bytes = new byte[8 + changed.length + file.length - 8 - length];
          MemorySegment.ofArray(bytes).set(Le.LONG, 0, changed.length);
          System.arraycopy(changed, 0, bytes, 8, changed.length);
          System.arraycopy(file, 8 + length, bytes, 8 + changed.length, file.length - 8 - length);
          return bytes;
        });
  }

  /// Applies this to `file`.
  void applyTo(Path file) {
    TinyModel.write(file, how.apply(TinyModel.bytes(file)));
  }

  /// Writes the GGUF `from` to `to` with other metadata and types in its table.
  static Path rewrite(
      Path from,
      Path to,
      Consumer<Map<String, MetadataValue>> change,
      UnaryOperator<TensorInfo> table) {
    try (GgufFile file = GgufFile.open(from)) {
      Map<String, MetadataValue> metadata = new LinkedHashMap<>(file.metadata());
      change.accept(metadata);
      GgufLayout layout = GgufLayout.of(metadata, file.tensors().stream().map(table).toList());
      byte[] bytes = new byte[(int) layout.fileSize()];
      MemorySegment all = MemorySegment.ofArray(bytes);
      all.copyFrom(layout.header());
      for (int i = 0; i < file.table().size(); i++) {
        GgufTensor old = file.table().get(i);
        MemorySegment weights = file.tensor(old.info().name()).orElseThrow().mapped().orElseThrow();
        GgufTensor moved = layout.tensors().get(i);
        long length = Math.min(weights.byteSize(), moved.info().bytes());
        all.asSlice(moved.offset()).copyFrom(weights.asSlice(0, length));
      }
      return TinyModel.write(to, bytes);
    }
  }

  /// A GGUF with other metadata.
  static Path rewrite(Path from, Path to, Consumer<Map<String, MetadataValue>> change) {
    return rewrite(from, to, change, info -> info);
  }

  private static String replace(String text, String from, String to) {
    if (!text.contains(from)) {
      throw new IllegalArgumentException("no \"" + from + "\" in the file");
    }
    return text.replaceFirst(Pattern.quote(from), Matcher.quoteReplacement(to));
  }

  @Override
  public String toString() {
    return name;
  }
}
