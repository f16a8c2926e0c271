package dev.quern.formats.modelcard;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Text from files whose writers may have meant something else.
final class CardText {
  private CardText() {}

  /// `value` if it is text, or null, with a warning unless there is no value.
  ///
  /// False, zero and empty lists are the empty text: there is a value, and it says nothing.
  ///
  /// @param where file and key, for the warning
  static @Nullable String of(String where, @Nullable Object value, Consumer<String> warnings) {
    return switch (value) {
      case null -> null;
      case String text when StandardCharsets.UTF_8.newEncoder().canEncode(text) -> text;
      case Object other when isNothing(other) -> "";
      case Object other -> {
        String found = other instanceof String ? "no Unicode text" : describe(other);
        warnings.accept(where + " is " + found + ", wanted text; left out");
        yield null;
      }
    };
  }

  /// What `value` is, in words of bounded length.
  static String describe(@Nullable Object value) {
    return switch (value) {
      case null -> "empty";
      case String text -> "text";
      case Boolean flag -> flag.toString();
      case Number number -> "a number";
      case List<?> list -> "a list";
      case Map<?, ?> map -> "a mapping";
      case CardYaml.Other other -> other.what();
      default -> "something else";
    };
  }

  private static boolean isNothing(Object value) {
    return switch (value) {
      case Boolean flag -> !flag;
      case Number number -> number.doubleValue() == 0;
      case List<?> list -> list.isEmpty();
      case Map<?, ?> map -> map.isEmpty();
      default -> false;
    };
  }
}
