package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.CharacterTrie;
import dev.quern.formats.subwords.IntList;
import dev.quern.formats.subwords.Unigram;
import java.nio.charset.StandardCharsets;

/// A unigram model: the pieces whose scores have the largest sum. Unknown characters in a row are
/// one piece, which is written in byte tokens if the model falls back to them.
final class UnigramWords implements WordModel {
  /// How far below the worst piece an unknown character is.
  private static final double PENALTY = 10;

  private static final int NONE = -1;

  private final CharacterTrie pieces;
  private final int size;
  private final int unknown;
  private final boolean byteFallback;
  private final Unigram model;
  private final int[] bytes = new int[256];

  private UnigramWords(
      CharacterTrie pieces, double[] scores, int unknown, boolean byteFallback, double least) {
    this.pieces = pieces;
    this.size = scores.length;
    this.unknown = unknown;
    this.byteFallback = byteFallback;
    this.model = new Unigram(pieces, scores, unknown, least - PENALTY, false);
    for (int value = 0; value < 256; value++) {
      bytes[value] = id("<0x%02X>".formatted(value));
    }
  }

  static UnigramWords of(JsonFile file, JsonNode model) {
    JsonNode vocab = file.array(model.path("vocab"), "model.vocab");
    CharacterTrie pieces = new CharacterTrie(4 * vocab.size());
    double[] scores = new double[vocab.size()];
    double least = Double.POSITIVE_INFINITY;
    for (int id = 0; id < scores.length; id++) {
      JsonNode piece = vocab.path(id);
      String place = "model.vocab[" + id + "]";
      pieces.put(file.text(piece.path(0), place), id);
      if (!piece.path(1).isNumber()) {
        throw file.malformed(place + " has no score");
      }
      scores[id] = piece.path(1).asDouble();
      least = Math.min(least, scores[id]);
    }
    JsonNode unknown = model.path("unk_id");
    int unknownId = JsonFile.isMissing(unknown) ? NONE : file.id(unknown, "model.unk_id");
    if (unknownId >= scores.length) {
      throw file.malformed("model.unk_id is " + unknownId + ", there are " + scores.length);
    }
    boolean fallback = file.flag(model.path("byte_fallback"), "model.byte_fallback", false);
    return new UnigramWords(pieces, scores, unknownId, fallback, least);
  }

  @Override
  public void encode(String word, IntList out) {
    IntList ids = new IntList(word.length() / 2);
    IntList ends = new IntList(word.length() / 2);
    model.encode(word, ids, ends);
    int from = 0;
    for (int i = 0; i < ids.size(); i++) {
      boolean goesOn = ids.get(i) == unknown && i + 1 < ids.size() && ids.get(i + 1) == unknown;
      if (!goesOn) {
        add(ids.get(i), word.substring(from, ends.get(i)), out);
        from = ends.get(i);
      }
    }
  }

  private void add(int id, String text, IntList out) {
    if (id != unknown) {
      out.add(id);
      return;
    }
    int whole = id(text);
    if (whole != NONE) {
      out.add(whole);
    } else if (!byteFallback || !addBytes(text, out)) {
      if (unknown == NONE) {
        throw new IllegalArgumentException(
            "\"" + text + "\" cannot be written, and there is no unknown token");
      }
      out.add(unknown);
    }
  }

  private boolean addBytes(String text, IntList out) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    for (byte b : utf8) {
      if (bytes[b & 0xff] == NONE) {
        return false;
      }
    }
    for (byte b : utf8) {
      out.add(bytes[b & 0xff]);
    }
    return true;
  }

  @Override
  public int id(String text) {
    return pieces.find(text);
  }

  @Override
  public int size() {
    return size;
  }
}
