package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.IntList;
import dev.quern.formats.tokenizer.SpecialSplitter.Fragment;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/// A tokenizer of one vocabulary: special tokens are cut out, a [TextModel] writes the rest.
final class VocabularyTokenizer implements Tokenizer {
  private final Vocabulary vocabulary;
  private final TextModel model;
  private final Ends ends;
  private final SpecialSplitter special;

  VocabularyTokenizer(Vocabulary vocabulary, TextModel model, Ends ends) {
    this.vocabulary = vocabulary;
    this.model = model;
    this.ends = ends;
    this.special = new SpecialSplitter(vocabulary);
  }

  /// What begins and ends a text; [OptionalInt] fields are what the interface gives out.
  record Ends(OptionalInt bos, OptionalInt eos, boolean addBos, boolean addEos) {}

  @Override
  public int size() {
    return vocabulary.size();
  }

  @Override
  public int[] encode(String text, boolean addSpecial, boolean parseSpecial) {
    String input = wellFormed(text);
    IntList out = new IntList(input.length() / 3);
    if (addSpecial && ends.addBos) {
      ends.bos.ifPresent(out::add);
    }
    boolean first = true;
    for (Fragment fragment : special.split(input, parseSpecial)) {
      first = fragment.token() >= 0 || encode(input, fragment, first, out);
      if (fragment.token() >= 0) {
        out.add(fragment.token());
      }
    }
    if (addSpecial && ends.addEos) {
      ends.eos.ifPresent(out::add);
    }
    return out.toArray();
  }

  private boolean encode(String input, Fragment fragment, boolean first, IntList out) {
    model.encode(input.substring(fragment.from(), fragment.to()), first, out);
    return false;
  }

  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return replaceLoneSurrogates(text);
      }
    }
    return text;
  }

  private static String replaceLoneSurrogates(String text) {
    StringBuilder clean = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  @Override
  public byte[] decode(int token) {
    return decode(token, false);
  }

  @Override
  public byte[] decode(int token, boolean withControl) {
    if (token < 0 || token >= vocabulary.size()) {
      throw new IllegalArgumentException(
          "there is no token " + token + ": the vocabulary has " + vocabulary.size());
    }
    String text = vocabulary.text(token);
    return switch (vocabulary.type(token)) {
      case NORMAL -> model.decode(text);
      case USER_DEFINED -> text.getBytes(StandardCharsets.UTF_8);
      case CONTROL, UNKNOWN -> withControl ? text.getBytes(StandardCharsets.UTF_8) : new byte[0];
      case BYTE -> new byte[] {(byte) Integer.parseInt(text, 3, 5, 16)};
      case UNUSED, UNDEFINED -> new byte[0];
    };
  }

  @Override
  public OptionalInt bos() {
    return ends.bos;
  }

  @Override
  public OptionalInt eos() {
    return ends.eos;
  }

  @Override
  public boolean addsBos() {
    return ends.addBos;
  }

  @Override
  public boolean addsEos() {
    return ends.addEos;
  }

  @Override
  public boolean isEndOfGeneration(int token) {
    return vocabulary.isEndOfGeneration(token);
  }
}
