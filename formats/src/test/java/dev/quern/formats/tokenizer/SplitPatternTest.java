package dev.quern.formats.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.subwords.IntList;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitPatternTest {
  private static final String LETTERS =
      " \t\n\r"
          + "\u0085\u00a0\u3000aBzZ'sStTlLrRvVdD019½Ⅷé\u0301Éß漢かカ한กनع.!?~$<>|/_—…。，😀\u200d𝒳𐐀ǅʰſ";

  /// The steps of the table that are regexes.
  static Stream<String> regexes() {
    return PreTokenizers.all().stream()
        .flatMap(entry -> entry.steps().stream())
        .filter(
            step ->
                !step.equals(PreTokenizer.NUMBERS_IN_THREES)
                    && !step.equals(PreTokenizer.CUTS_BEFORE_THREES)
                    && !step.equals(PreTokenizer.DIGITS_OF_A_WORD_IN_THREES))
        .distinct();
  }

  /// What `java.util.regex` calls the same: `\s` by Unicode, case by Unicode, `$` as the very end.
  private static Pattern pattern(String regex) {
    return Pattern.compile(
        regex
            .replace("(?i:", "(?iu:")
            .replace("\\p{Han}", "\\p{IsHan}")
            .replace("\\s+$", "\\s+\\z"),
        Pattern.UNICODE_CHARACTER_CLASS);
  }

  private static List<Integer> expected(Pattern pattern, String text) {
    List<Integer> ends = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    int last = 0;
    while (matcher.find()) {
      if (matcher.start() > last) {
        ends.add(matcher.start());
      }
      ends.add(matcher.end());
      last = matcher.end();
    }
    if (last < text.length()) {
      ends.add(text.length());
    }
    return ends;
  }

  private static List<Integer> ends(WordSplitter splitter, String text) {
    IntList ends = new IntList(16);
    splitter.split(text, 0, text.length(), ends);
    List<Integer> list = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      list.add(ends.get(i));
    }
    return list;
  }

  @ParameterizedTest
  @MethodSource("regexes")
  void splitsAsJavasRegexesDo(String regex) {
    Pattern pattern = pattern(regex);
    WordSplitter splitter = WordSplitter.of(regex);
    int[] letters = LETTERS.codePoints().toArray();
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(24); i >= 0; i--) {
        text.appendCodePoint(letters[random.nextInt(letters.length)]);
      }
      assertThat(ends(splitter, text.toString()))
          .as(regex + " on " + text)
          .isEqualTo(expected(pattern, text.toString()));
    }
  }

  static Stream<String> goldenNames() {
    List<String> names = new ArrayList<>();
    GoldenFolder.json(GoldenFolder.file("splits.json"))
        .path("ends")
        .fieldNames()
        .forEachRemaining(names::add);
    return names.stream();
  }

  @ParameterizedTest
  @MethodSource("goldenNames")
  void splitsAsTheTokenizersLibraryDoes(String name) {
    JsonNode golden = GoldenFolder.json(GoldenFolder.file("splits.json"));
    String text = golden.path("text").asText();
    List<Integer> wanted = new ArrayList<>();
    for (JsonNode end : golden.path("ends").path(name)) {
      wanted.add(text.offsetByCodePoints(0, end.asInt()));
    }
    List<Integer> ends = List.of(text.length());
    for (String step : PreTokenizers.named(name).orElseThrow().steps()) {
      WordSplitter splitter = WordSplitter.of(step);
      IntList finer = new IntList(16);
      int from = 0;
      for (int end : ends) {
        splitter.split(text, from, end, finer);
        from = end;
      }
      List<Integer> next = new ArrayList<>();
      for (int i = 0; i < finer.size(); i++) {
        next.add(finer.get(i));
      }
      ends = next;
    }
    assertThat(ends).isEqualTo(wanted);
  }

  @Test
  void groupsDigitsFromTheRight() {
    WordSplitter numbers = WordSplitter.of(PreTokenizer.NUMBERS_IN_THREES);
    assertThat(ends(numbers, "a1234567b12")).containsExactly(1, 2, 5, 8, 9, 11);
    assertThat(ends(numbers, "no digits")).containsExactly(9);
    WordSplitter words = WordSplitter.of(PreTokenizer.DIGITS_OF_A_WORD_IN_THREES);
    assertThat(ends(words, "12345 1930s")).containsExactly(2, 5, 11);
    WordSplitter cuts = WordSplitter.of(PreTokenizer.CUTS_BEFORE_THREES);
    assertThat(ends(cuts, "½12345½123½")).containsExactly(3, 7, 11);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a(b",
        "a)",
        "[a",
        "a{2",
        "a{3,2}",
        "*a",
        "(?<n>a)",
        "a*?",
        "[[:alpha:]]",
        "\\k",
        "\\p{Nope}",
        "\\u12",
        "[b-a]",
        ".",
        "^a",
        "[a&&b]",
        "\\"
      })
  void refusesWhatItDoesNotKnow(String regex) {
    assertThatThrownBy(() -> RegexParser.parse(regex)).isInstanceOf(PatternSyntaxException.class);
  }

  @Test
  void refusesToBacktrackIntoAGroup() {
    assertThatThrownBy(() -> SplitPattern.compile(RegexParser.parse("(?:ab)+b")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a repeated group must be the last part of its sequence");
  }
}
