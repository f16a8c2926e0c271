package dev.quern.formats.ggml;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.Utf8;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// The tokens of a SentencePiece model as files from before GGUF have them: bytes in which a space
/// stands for itself, the first three special, the next 256 single bytes.
///
/// Source for types and ids: `add_vocab` of llama.cpp's `convert_llama_ggml_to_gguf.py`.
public final class GgmlTokens {
  private static final int NORMAL = 1;
  private static final int UNKNOWN = 2;
  private static final int CONTROL = 3;
  private static final int BYTE = 6;
  private static final int LAST_BYTE = 258;
  private static final List<String> SPECIAL = List.of("<unk>", "<s>", "</s>");
  private static final String PREFIX = "tokenizer.ggml.";

  private final Path file;
  private final HeapBudget budget;
  private final List<MetadataValue> texts = new ArrayList<>();
  private final List<MetadataValue> scores = new ArrayList<>();
  private final List<MetadataValue> types = new ArrayList<>();

  /// No tokens yet, of the vocabulary in `file`.
  public GgmlTokens(Path file) {
    this.file = file;
    this.budget = HeapBudget.ofThisJvm();
  }

  /// Adds the next token: `bytes` as the file has them.
  ///
  /// @throws MalformedFileException if they are no text, or more than fits in memory
  public void add(byte[] bytes, float score) {
    int id = texts.size();
    budget.chargeText(file, "tokens", bytes.length + 128L);
    if (id < SPECIAL.size()) {
      add(SPECIAL.get(id), id == 0 ? UNKNOWN : CONTROL, score);
    } else if (bytes.length == 0) {
      add("", CONTROL, score);
    } else if (id <= LAST_BYTE && bytes.length == 1) {
      String hex = HexFormat.of().withUpperCase().toHexDigits(bytes[0]);
      add("<0x" + hex + ">", BYTE, score);
    } else {
      add(text(id, bytes), NORMAL, score);
    }
  }

  /// Adds the next token, whose text stands for the byte that it names: `<0x0A>`.
  public void addByte(String text, float score) {
    add(text, BYTE, score);
  }

  private void add(String text, int type, float score) {
    texts.add(new Text(text));
    types.add(new Int32(type));
    scores.add(new Float32(score));
  }

  private String text(int id, byte[] bytes) {
    MemorySegment segment = MemorySegment.ofArray(bytes);
    if (!Utf8.isWellFormed(segment, 0, bytes.length)) {
      throw new MalformedFileException(
          file,
          "token %d is not well-formed UTF-8: %s".formatted(id, HexFormat.of().formatHex(bytes)));
    }
    return Utf8.decode(segment, 0, bytes.length).replace(' ', '\u2581');
  }

  /// Adds the keys of the tokenizer.
  public void addTo(Map<String, MetadataValue> metadata) {
    metadata.put(PREFIX + "model", new Text("llama"));
    metadata.put(PREFIX + "pre", new Text("default"));
    metadata.put(PREFIX + "tokens", new Array(MetadataType.STRING.id(), texts));
    metadata.put(PREFIX + "scores", new Array(MetadataType.FLOAT32.id(), scores));
    metadata.put(PREFIX + "token_type", new Array(MetadataType.INT32.id(), types));
    metadata.put(PREFIX + "unknown_token_id", new Uint32(0));
    metadata.put(PREFIX + "bos_token_id", new Uint32(1));
    metadata.put(PREFIX + "eos_token_id", new Uint32(2));
  }
}
