package dev.quern.verifier.chat;

import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import java.beans.FeatureDescriptor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/// The methods of Python's `str` and `dict` that chat templates call, and the characters of a `str`
/// by their number, which a Jinja engine written in Python has for nothing.
final class PythonMethods extends ELResolver {
  private static final Pattern INDEX = Pattern.compile("-?\\d{1,9}");

  private PythonMethods() {}

  /// These methods first, then what Jinjava resolves itself.
  static ELResolver resolver() {
    CompositeELResolver all = new CompositeELResolver();
    all.add(new PythonMethods());
    all.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
    return all;
  }

  @Override
  public @Nullable Object invoke(
      ELContext context,
      @Nullable Object base,
      Object method,
      Class<?> @Nullable [] types,
      @Nullable Object @Nullable [] arguments) {
    List<@Nullable Object> given = arguments == null ? List.of() : Arrays.asList(arguments);
    if (base instanceof CharSequence text) {
      Optional<Object> result = ofText(text.toString(), method.toString(), given);
      result.ifPresent(_ -> context.setPropertyResolved(true));
      return result.orElse(null);
    }
    if (base instanceof Map<?, ?> map && method.toString().equals("get") && !given.isEmpty()) {
      context.setPropertyResolved(true);
      Object value = map.get(String.valueOf(given.getFirst()));
      return value == null && given.size() > 1 ? given.get(1) : value;
    }
    return null;
  }

  private static Optional<Object> ofText(String text, String method, List<@Nullable Object> given) {
    String first = given.isEmpty() ? "" : String.valueOf(given.getFirst());
    return Optional.ofNullable(
        switch (method) {
          case "strip" -> stripEnd(stripStart(text, first), first);
          case "lstrip" -> stripStart(text, first);
          case "rstrip" -> stripEnd(text, first);
          case "startswith" -> text.startsWith(first);
          case "endswith" -> text.endsWith(first);
          case "upper" -> text.toUpperCase(Locale.ROOT);
          case "lower" -> text.toLowerCase(Locale.ROOT);
          case "capitalize" -> capitalize(text);
          case "title" -> title(text);
          case "replace" -> text.replace(first, String.valueOf(given.get(1)));
          case "find" -> (long) text.indexOf(first);
          case "count" -> (long) split(text, first).size() - 1;
          case "split" -> given.isEmpty() ? words(text) : split(text, first);
          case "join" -> String.join(text, strings(given.getFirst()));
          default -> null;
        });
  }

  private static String stripStart(String text, String characters) {
    int from = 0;
    while (from < text.length() && isStripped(text.charAt(from), characters)) {
      from++;
    }
    return text.substring(from);
  }

  private static String stripEnd(String text, String characters) {
    int to = text.length();
    while (to > 0 && isStripped(text.charAt(to - 1), characters)) {
      to--;
    }
    return text.substring(0, to);
  }

  /// White space if no characters are given, else these characters.
  private static boolean isStripped(char c, String characters) {
    return characters.isEmpty() ? Character.isWhitespace(c) : characters.indexOf(c) >= 0;
  }

  private static String capitalize(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  private static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean start = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      out.append(start ? Character.toUpperCase(c) : Character.toLowerCase(c));
      start = !Character.isLetter(c);
    }
    return out.toString();
  }

  private static List<String> words(String text) {
    return Arrays.stream(text.strip().split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
  }

  /// The parts between every `separator`, also empty ones.
  private static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && !separator.isEmpty();
        at = text.indexOf(separator, from)) {
      parts.add(text.substring(from, at));
      from = at + separator.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  private static List<String> strings(@Nullable Object values) {
    List<String> strings = new ArrayList<>();
    if (values instanceof Iterable<?> many) {
      many.forEach(value -> strings.add(String.valueOf(value)));
    }
    return strings;
  }

  /// The character of a text at a number, from the end if it is negative: nothing beyond either
  /// end, and nothing said of other properties.
  @Override
  public @Nullable Object getValue(
      ELContext context, @Nullable Object base, @Nullable Object property) {
    if (!(base instanceof CharSequence text)
        || !INDEX.matcher(String.valueOf(property)).matches()) {
      return null;
    }
    context.setPropertyResolved(true);
    int[] characters = text.codePoints().toArray();
    int index = Integer.parseInt(String.valueOf(property));
    int at = index < 0 ? characters.length + index : index;
    return at < 0 || at >= characters.length ? null : Character.toString(characters[at]);
  }

  @Override
  public @Nullable Class<?> getType(
      ELContext context, @Nullable Object base, @Nullable Object property) {
    return null;
  }

  @Override
  public void setValue(
      ELContext context,
      @Nullable Object base,
      @Nullable Object property,
      @Nullable Object value) {}

  @Override
  public boolean isReadOnly(ELContext context, @Nullable Object base, @Nullable Object property) {
    return true;
  }

  @Override
  public @Nullable Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
    return null;
  }

  @Override
  public @Nullable Iterator<FeatureDescriptor> getFeatureDescriptors(
      ELContext context, @Nullable Object base) {
    return null;
  }
}
