package dev.quern.formats.tokenizer;

import java.util.List;

/// A parsed regex of a pre-tokenizer: alternatives, each a sequence of parts.
///
/// @param alternatives tried in order, the first that matches wins
record Regex(List<List<Part>> alternatives) {
  /// More repetitions than any text has.
  static final int UNLIMITED = Integer.MAX_VALUE;

  Regex {
    alternatives = alternatives.stream().map(List::copyOf).toList();
  }

  /// A part of a sequence.
  sealed interface Part {}

  /// Between `min` and `max` code points of a set, as many as possible; a possessive one gives none
  /// of them back.
  record Chars(CharSet set, int min, int max, boolean possessive) implements Part {}

  /// Between `min` and `max` matches of a regex.
  record Group(Regex body, int min, int max, boolean possessive) implements Part {}

  /// What follows matches a regex, or must not.
  record Look(Regex body, boolean wanted) implements Part {}

  /// The end of the text.
  record End() implements Part {}
}
