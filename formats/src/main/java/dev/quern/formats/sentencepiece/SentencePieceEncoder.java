package dev.quern.formats.sentencepiece;

import dev.quern.formats.sentencepiece.SentencePieceModel.Kind;
import dev.quern.formats.sentencepiece.SentencePieceModel.Piece;
import dev.quern.formats.subwords.CharacterTrie;
import dev.quern.formats.subwords.IntList;
import dev.quern.formats.subwords.Merger;
import dev.quern.formats.subwords.ScoredMerges;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.subwords.Unigram;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Cuts text as SentencePiece does with a model of kind BPE or unigram.
public final class SentencePieceEncoder {
  private static final float PENALTY = 10;

  private final SentencePieceModel model;
  private final SentencePieceNormalizer normalizer;
  private final CharacterTrie userDefined;
  private final ScoredMerges merges;
  private final Unigram unigram;
  private final int unknown;
  private final int[] bytes = new int[256];

  /// The encoder of `model`.
  ///
  /// @throws IllegalArgumentException if it is of another kind
  public SentencePieceEncoder(SentencePieceModel model) {
    if (model.kind() != Kind.BPE && model.kind() != Kind.UNIGRAM) {
      throw new IllegalArgumentException(
          "a SentencePiece model of kind " + model.kind() + " is not known, wanted BPE or UNIGRAM");
    }
    this.model = model;
    List<Piece> pieces = model.pieces();
    this.userDefined = new CharacterTrie(64);
    float[] scores = new float[pieces.size()];
    int unknownId = 0;
    for (int id = 0; id < scores.length; id++) {
      scores[id] = pieces.get(id).score();
      switch (pieces.get(id).type()) {
        case USER_DEFINED -> userDefined.put(pieces.get(id).text(), id);
        case UNKNOWN -> unknownId = id;
        case BYTE -> bytes[Integer.parseInt(pieces.get(id).text(), 3, 5, 16)] = id;
        case NORMAL, CONTROL, UNUSED, UNDEFINED -> {}
      }
    }
    this.unknown = unknownId;
    this.normalizer = new SentencePieceNormalizer(model.normalization(), userDefined);
    List<String> texts = pieces.stream().map(Piece::text).toList();
    boolean bpe = model.kind() == Kind.BPE;
    this.merges = new ScoredMerges(texts, scores, id -> bpe && isCut(id));
    this.unigram = unigram(scores);
  }

  /// Whether text is cut into the piece: not into control, unknown and byte pieces.
  private boolean isCut(int id) {
    TokenType type = model.pieces().get(id).type();
    return type == TokenType.NORMAL || type == TokenType.USER_DEFINED || type == TokenType.UNUSED;
  }

  private Unigram unigram(float[] scores) {
    float least = Float.MAX_VALUE;
    float most = -Float.MAX_VALUE;
    for (int id = 0; id < scores.length; id++) {
      if (model.pieces().get(id).type() == TokenType.NORMAL) {
        least = Math.min(least, scores[id]);
        most = Math.max(most, scores[id]);
      }
    }
    CharacterTrie trie = new CharacterTrie(8 * scores.length);
    double[] weights = new double[scores.length];
    for (int id = 0; id < scores.length && model.kind() == Kind.UNIGRAM; id++) {
      Piece piece = model.pieces().get(id);
      int length = piece.text().getBytes(StandardCharsets.UTF_8).length;
      boolean isOurs = piece.type() == TokenType.USER_DEFINED;
      weights[id] = isOurs ? length * most - 0.1 : scores[id];
      if (isCut(id) && piece.type() != TokenType.UNUSED) {
        trie.put(piece.text(), id);
      }
    }
    return new Unigram(trie, weights, unknown, least - PENALTY, true);
  }

  /// Adds the ids of `text` to `out`.
  public void encode(String text, IntList out) {
    String normalized = normalizer.apply(text);
    if (model.kind() == Kind.UNIGRAM) {
      cut(normalized, out);
    } else {
      merge(normalized, out);
    }
  }

  private void cut(String text, IntList out) {
    IntList ids = new IntList(text.length() / 3);
    IntList ends = new IntList(text.length() / 3);
    unigram.encode(text, ids, ends);
    int from = 0;
    for (int i = 0; i < ids.size(); i++) {
      boolean again = i > 0 && ids.get(i - 1) == unknown;
      add(ids.get(i), text, from, ends.get(i), again, out);
      from = ends.get(i);
    }
  }

  private void merge(String text, IntList out) {
    Merger merger = merges.merger();
    int at = 0;
    while (at < text.length()) {
      int end = userDefined.longest(text, at);
      if (end >= 0) {
        merger.add(FROZEN - userDefined.find(text.substring(at, end)));
      } else {
        end = text.offsetByCodePoints(at, 1);
        merger.add(merges.ofCharacter(text.codePointAt(at)));
      }
      at = end;
    }
    merger.merge();
    boolean again = false;
    for (int i = 0; i < merger.count(); i++) {
      again = addSymbol(merger.get(i), again, out);
    }
  }

  /// Below the symbols of all characters.
  private static final int FROZEN = -1 << 22;

  private boolean addSymbol(int symbol, boolean again, IntList out) {
    if (symbol <= FROZEN) {
      out.add(FROZEN - symbol);
      return false;
    }
    int token = merges.token(symbol);
    if (token >= 0) {
      addPiece(token, out);
      return false;
    }
    String character = Character.toString(merges.character(symbol));
    add(unknown, character, 0, character.length(), again, out);
    return true;
  }

  /// Adds a piece; one that is not used is taken apart.
  private void addPiece(int id, IntList out) {
    Piece piece = model.pieces().get(id);
    String text = piece.text();
    if (piece.type() == TokenType.UNUSED) {
      for (int at = 1; at < text.length(); at++) {
        int left = merges.id(text.substring(0, at));
        int right = merges.id(text.substring(at));
        if (left >= 0 && right >= 0) {
          addPiece(left, out);
          addPiece(right, out);
          return;
        }
      }
    }
    out.add(id);
  }

  private void add(int id, String text, int from, int to, boolean again, IntList out) {
    if (id != unknown) {
      out.add(id);
    } else if (model.byteFallback()) {
      for (byte b : text.substring(from, to).getBytes(StandardCharsets.UTF_8)) {
        out.add(bytes[b & 0xff]);
      }
    } else if (!again) {
      out.add(unknown);
    }
  }
}
