package dev.quern.formats.tokenizer.source;

import dev.quern.formats.sentencepiece.SentencePieceEncoder;
import dev.quern.formats.sentencepiece.SentencePieceModel;
import dev.quern.formats.sentencepiece.SentencePieceModel.Piece;
import dev.quern.formats.subwords.IntList;
import dev.quern.formats.subwords.TokenType;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Finder;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Section;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Token;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A SentencePiece model, with the tokens that are cut out of a text before it sees it.
final class SentencePieceTokenizer implements SourceTokenizer {
  private final SentencePieceEncoder encoder;
  private final Finder added;
  private final Map<Integer, String> texts = new HashMap<>();
  private final List<AddedText> addedTexts;
  private final PostProcessor ends;

  /// The tokenizer of `model`, with `more` tokens that other files of the folder add.
  SentencePieceTokenizer(SentencePieceModel model, List<Token> more, PostProcessor ends) {
    this.encoder = new SentencePieceEncoder(model);
    this.ends = ends;
    Map<String, Integer> ids = new HashMap<>();
    AddedVocabulary tokens = new AddedVocabulary();
    Pieces pieces = new Pieces(ids);
    for (Piece piece : model.pieces()) {
      texts.put(ids.size(), piece.text());
      ids.put(piece.text(), ids.size());
    }
    for (Piece piece : model.pieces()) {
      if (piece.type() == TokenType.CONTROL || piece.type() == TokenType.UNKNOWN) {
        tokens.add(new Token(piece.text(), true, false, false, false, false), pieces);
      }
    }
    more.forEach(token -> tokens.add(asWritten(token), pieces));
    tokens.byId().forEach((id, token) -> texts.put(id, token.content()));
    this.addedTexts = tokens.texts();
    this.added = tokens.finder(false, text -> text);
  }

  private static Token asWritten(Token token) {
    return new Token(
        token.content(),
        token.special(),
        token.singleWord(),
        token.leftStrip(),
        token.rightStrip(),
        false);
  }

  /// The ids of the pieces.
  private record Pieces(Map<String, Integer> ids) implements TokenIds {
    @Override
    public int id(String text) {
      return ids.getOrDefault(text, -1);
    }

    @Override
    public int size() {
      return ids.size();
    }
  }

  @Override
  public int[] encode(String text, boolean addSpecial) {
    IntList out = new IntList(text.length() / 3);
    if (addSpecial) {
      ends.addBefore(out);
    }
    for (Section section : added.find(text)) {
      if (section.token() >= 0) {
        out.add(section.token());
      } else {
        encoder.encode(text.substring(section.from(), section.to()), out);
      }
    }
    if (addSpecial) {
      ends.addAfter(out);
    }
    return out.toArray();
  }

  @Override
  public String text(int token) {
    return texts.getOrDefault(token, "");
  }

  @Override
  public List<AddedText> addedTexts() {
    return addedTexts;
  }
}
