package dev.quern.formats.modelcard;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The lines between the first `---` and the next one of a model card.
///
/// @param text the lines, each ended by a line feed
/// @param closed whether the second `---` was found
/// @param end where in the card the front matter ends
record FrontMatter(String text, boolean closed, int end) {
  private static final Pattern LINE_END =
      Pattern.compile("\r\n|[\n\r\u000b\f\u001c-\u001e\u0085\u2028\u2029]|\\z");
  private static final String FENCE = "---";

  /// The front matter of `card`, if its first line is `---`.
  static Optional<FrontMatter> of(String card) {
    StringBuilder text = new StringBuilder();
    Matcher ends = LINE_END.matcher(card);
    int at = 0;
    boolean first = true;
    while (at < card.length() && ends.find(at)) {
      String line = card.substring(at, ends.start());
      if (first && !line.equals(FENCE)) {
        return Optional.empty();
      } else if (!first && line.equals(FENCE)) {
        return Optional.of(new FrontMatter(repaired(text), true, ends.start()));
      } else if (!first) {
        text.append(line).append('\n');
      }
      first = false;
      at = ends.end();
    }
    return first
        ? Optional.empty()
        : Optional.of(new FrontMatter(repaired(text), false, card.length()));
  }

  // Norwegian is a language, not a negation, and tabs, which YAML forbids, mean to indent.
  private static String repaired(StringBuilder text) {
    return text.toString().replace("- no\n", "- \"no\"\n").replace("\t", "  ");
  }
}
