package dev.quern.formats.sentencepiece;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.subwords.CharacterMap;
import dev.quern.formats.subwords.TokenType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A SentencePiece model file, `tokenizer.model`: a protobuf message.
///
/// | field | message | what                                                               |
/// |------:|---------|--------------------------------------------------------------------|
/// |     1 | model   | a piece: 1 text, 2 score, 3 type (1 normal … 6 byte)               |
/// |     2 | model   | how it was trained: 3 kind (1 unigram, 2 BPE, 3 word, 4 character), 24 the space goes behind the text, 35 unknown characters become bytes |
/// |     3 | model   | normalizer: 1 name, 2 character map, 3 add a space before the text, 4 remove extra spaces, 5 write spaces as U+2581 |
///
/// @param pieces every piece, in the order of the ids
/// @param kind how text is cut into pieces
/// @param byteFallback whether characters that no piece writes become byte pieces
/// @param normalization what is done with the text first
public record SentencePieceModel(
    List<Piece> pieces, Kind kind, boolean byteFallback, Normalization normalization) {
  /// Keeps its own list.
  public SentencePieceModel {
    pieces = List.copyOf(pieces);
  }

  /// A piece.
  public record Piece(String text, float score, TokenType type) {}

  /// What is done with a text first.
  ///
  /// @param name what the trainer called it
  /// @param characters what is replaced
  /// @param spacePrefix whether a space is put before the text
  /// @param spaceBehind whether it is put behind the text instead
  /// @param removeExtraSpaces whether spaces at the ends, and all but one in a row, are removed
  /// @param escapeSpaces whether a space is written as U+2581
  public record Normalization(
      String name,
      CharacterMap characters,
      boolean spacePrefix,
      boolean spaceBehind,
      boolean removeExtraSpaces,
      boolean escapeSpaces) {}

  /// How text is cut into pieces.
  public enum Kind {
    UNIGRAM,
    BPE,
    WORD,
    CHARACTER
  }

  /// Reads `file`.
  ///
  /// @throws MalformedFileException if it is no such model
  public static SentencePieceModel read(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      return new Reader(file, new ProtobufReader(file, mapped.bytes())).read();
    }
  }

  /// What a piece costs beside its text, in characters.
  private static final int PIECE = 100;

  /// Reads a model.
  private static final class Reader {
    private final Path file;
    private final ProtobufReader model;
    private final HeapBudget budget = HeapBudget.ofThisJvm();
    private final List<Piece> pieces = new ArrayList<>();
    private final Map<String, Integer> ids = new HashMap<>();
    private Kind kind = Kind.UNIGRAM;
    private boolean hasTrainer;
    private boolean byteFallback;
    private String normalizer = "";
    private CharacterMap characters = CharacterMap.EMPTY;
    private boolean spacePrefix = true;
    private boolean spaceBehind;
    private boolean removeExtraSpaces = true;
    private boolean escapeSpaces = true;

    Reader(Path file, ProtobufReader model) {
      this.file = file;
      this.model = model;
    }

    SentencePieceModel read() {
      while (model.next()) {
        switch (model.field()) {
          case 1 -> readPiece(model.message("piece " + pieces.size()));
          case 2 -> {
            hasTrainer = true;
            readTrainer(model.message("the trainer specification"));
          }
          case 3 -> readNormalizer(model.message("the normalizer specification"));
          default -> model.skip();
        }
      }
      if (pieces.isEmpty()) {
        throw model.malformed("there are no pieces, so this is no SentencePiece model");
      }
      long unknown = pieces.stream().filter(piece -> piece.type == TokenType.UNKNOWN).count();
      if (unknown != 1) {
        throw model.malformed(unknown + " pieces are of type unknown, wanted 1");
      }
      if (!hasTrainer) {
        throw model.malformed(
            "there is no trainer specification behind the pieces: the file is cut short, fetch it again");
      }
      Normalization normalization =
          new Normalization(
              normalizer, characters, spacePrefix, spaceBehind, removeExtraSpaces, escapeSpaces);
      return new SentencePieceModel(pieces, kind, byteFallback, normalization);
    }

    private void readPiece(ProtobufReader piece) {
      String what = "piece " + pieces.size();
      String text = "";
      float score = 0;
      TokenType type = TokenType.NORMAL;
      while (piece.next()) {
        switch (piece.field()) {
          case 1 -> text = piece.text("the text of " + what);
          case 2 -> score = piece.decimal("the score of " + what);
          case 3 -> type = type(piece, what);
          default -> piece.skip();
        }
      }
      check(piece, what, text, score, type);
      budget.chargeText(file, "pieces", PIECE + text.length());
      pieces.add(new Piece(text, score, type));
    }

    private static TokenType type(ProtobufReader piece, String what) {
      long id = piece.number("the type of " + what);
      TokenType type = TokenType.of(id);
      if (type == TokenType.UNDEFINED) {
        throw piece.malformed("the type of " + what + " is " + id + ", wanted 1 to 6");
      }
      return type;
    }

    private void check(
        ProtobufReader piece, String what, String text, float score, TokenType type) {
      if (text.isEmpty()) {
        throw piece.malformed(what + " has no text");
      }
      if (!Float.isFinite(score)) {
        throw piece.malformed("the score of " + what + " is " + score + ", wanted a finite number");
      }
      if (type == TokenType.BYTE && !text.matches("<0x[0-9A-F]{2}>")) {
        throw piece.malformed(
            what + " is a byte written \"" + text + "\", wanted <0x00> to <0xFF>");
      }
      Integer before = ids.put(text, pieces.size());
      if (before != null) {
        throw piece.malformed(what + " is \"" + text + "\", as piece " + before + " is");
      }
    }

    private void readTrainer(ProtobufReader trainer) {
      while (trainer.next()) {
        switch (trainer.field()) {
          case 3 -> {
            long id = trainer.number("the kind of model");
            if (id < 1 || id > 4) {
              throw trainer.malformed("the kind of model is " + id + ", wanted 1 to 4");
            }
            kind = List.of(Kind.values()).get((int) id - 1);
          }
          case 24 -> spaceBehind = trainer.number("treat_whitespace_as_suffix") != 0;
          case 35 -> byteFallback = trainer.number("byte_fallback") != 0;
          default -> trainer.skip();
        }
      }
    }

    private void readNormalizer(ProtobufReader spec) {
      while (spec.next()) {
        switch (spec.field()) {
          case 1 -> normalizer = spec.text("the name of the normalizer");
          case 2 -> characters = characters(spec);
          case 3 -> spacePrefix = spec.number("add_dummy_prefix") != 0;
          case 4 -> removeExtraSpaces = spec.number("remove_extra_whitespaces") != 0;
          case 5 -> escapeSpaces = spec.number("escape_whitespaces") != 0;
          default -> spec.skip();
        }
      }
    }

    private CharacterMap characters(ProtobufReader spec) {
      byte[] bytes = spec.bytes("the character map");
      budget.charge(file, "the character map", 3L * bytes.length);
      try {
        return CharacterMap.of(bytes);
      } catch (IllegalArgumentException e) {
        throw spec.malformed(String.valueOf(e.getMessage()));
      }
    }
  }
}
