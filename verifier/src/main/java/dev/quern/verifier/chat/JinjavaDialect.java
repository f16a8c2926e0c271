package dev.quern.verifier.chat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes a template for Jinjava, which reads two forms that published templates use otherwise than
/// Jinja does. Only what stands in tags is changed.
///
/// | published | written | because |
/// |---|---|---|
/// | `messages[::-1]` | `messages\|reverse` | its slices have no step |
/// | `namespace(n=a\|length - 1)` | `namespace(n=(a\|length - 1))` | a filtered value in a sum is an argument only in brackets |
final class JinjavaDialect {
  private static final Pattern TAG = Pattern.compile("\\{\\{.*?\\}\\}|\\{%.*?%\\}", Pattern.DOTALL);
  private static final String REVERSED = "[::-1]";
  private static final Pattern FILTERED_ARGUMENT =
      Pattern.compile("(namespace\\([^()]*?=\\s*)(\\w+ *\\| *\\w+ *[-+] *\\w+)(\\s*[,)])");

  private JinjavaDialect() {}

  static String of(String template) {
    return TAG.matcher(template).replaceAll(found -> Matcher.quoteReplacement(tag(found.group())));
  }

  private static String tag(String tag) {
    return FILTERED_ARGUMENT.matcher(tag.replace(REVERSED, "|reverse")).replaceAll("$1($2)$3");
  }
}
