package dev.quern.verifier.chat;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// The functions that a chat template may call, beside Jinja's own. Jinjava finds them by name,
/// which is why they are public.
public final class TemplateFunctions {
  private static final LocalDate TODAY = LocalDate.of(2025, 1, 1);
  private static final Pattern FIELD = Pattern.compile("%-?[A-Za-z]");
  private static final Map<String, String> FIELDS =
      Map.of(
          "%d",
          "dd", "%-d", "d", "%b", "MMM", "%B", "MMMM", "%Y", "yyyy", "%m", "MM", "%y", "yy", "%A",
          "EEEE", "%a", "EEE");

  private TemplateFunctions() {}

  /// A template that called `raise_exception`.
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refusal(String message) {
      super(message);
    }
  }

  /// `raise_exception`: the template refuses the conversation.
  ///
  /// @throws Refusal always
  @SuppressWarnings("DoNotCallSuggester") // a template calls it, by name
  public static Object raise(Object message) {
    throw new Refusal("the template refuses: " + message);
  }

  /// `strftime_now`: a fixed day in the given format; times of the day are midnight.
  public static Object date(Object format) {
    return FIELD.matcher(String.valueOf(format)).replaceAll(TemplateFunctions::field);
  }

  private static String field(MatchResult match) {
    String pattern = FIELDS.get(match.group());
    return pattern == null
        ? "00"
        : TODAY.format(DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH));
  }
}
