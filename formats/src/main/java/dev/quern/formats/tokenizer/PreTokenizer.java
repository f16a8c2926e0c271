package dev.quern.formats.tokenizer;

import java.util.ArrayList;
import java.util.List;

/// How text is cut into words before byte pairs are merged, under llama.cpp's name for it.
///
/// @param name what `tokenizer.ggml.pre` says
/// @param aliases other names that llama.cpp has for the same cuts and the same `ignoreMerges`
/// @param steps regexes applied one after the other, each to the pieces of the one before; every
///   match becomes a piece
/// @param published how `tokenizer.json` files write the steps where they write them differently
/// @param ignoreMerges whether a word that is a token becomes it without merging
/// @param addBos whether a beginning is added when the metadata does not say
record PreTokenizer(
    String name,
    List<String> aliases,
    List<String> steps,
    List<List<String>> published,
    boolean ignoreMerges,
    boolean addBos) {
  /// A step that is no regex: runs of numbers become groups of three, counted from the right.
  static final String NUMBERS_IN_THREES = "numbers in threes";

  /// The same for decimal digits, where a word ends after them.
  static final String DIGITS_OF_A_WORD_IN_THREES = "\\d{1,3}(?=(?:\\d{3})*\\b)";

  /// A cut before every third digit from the right, and nowhere else.
  static final String CUTS_BEFORE_THREES = "(?=(\\d{3})+(?!\\d))";

  PreTokenizer {
    aliases = List.copyOf(aliases);
    steps = List.copyOf(steps);
    published = List.copyOf(published);
  }

  /// With more names, written with spaces between them.
  PreTokenizer alias(String names) {
    List<String> all = new ArrayList<>(aliases);
    all.addAll(List.of(names.split(" ", -1)));
    return new PreTokenizer(name, all, steps, published, ignoreMerges, addBos);
  }

  PreTokenizer alsoWritten(String... other) {
    return new PreTokenizer(name, aliases, steps, List.of(List.of(other)), ignoreMerges, addBos);
  }

  PreTokenizer ignoringMerges() {
    return new PreTokenizer(name, aliases, steps, published, true, addBos);
  }

  PreTokenizer addingBos() {
    return new PreTokenizer(name, aliases, steps, published, ignoreMerges, true);
  }

  /// The same under one of its other names.
  PreTokenizer named(String other) {
    return new PreTokenizer(other, aliases, steps, published, ignoreMerges, addBos);
  }

  /// Whether `other` is a name of this one.
  boolean isNamed(String other) {
    return name.equals(other) || aliases.contains(other);
  }
}
