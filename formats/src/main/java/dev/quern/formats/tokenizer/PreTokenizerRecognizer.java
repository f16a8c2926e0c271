package dev.quern.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.json.JsonFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.PatternSyntaxException;

/// Finds the name of the pre-tokenizer that cuts text as a `tokenizer.json` does.
///
/// The steps of the file are written as regexes, the regexes in their canonical form, and the list
/// of forms is looked up in [PreTokenizers]: the behaviour decides, not how it is written.
final class PreTokenizerRecognizer {
  private static final String GPT2 = PreTokenizers.named("gpt-2").orElseThrow().steps().getFirst();

  private static final String PUNCTUATION = "[\\p{P}!-/:-@\\[-`{-~]";

  private final TokenizerJson json;
  private final JsonFile file;
  private final boolean ignoreMerges;
  private final boolean closed;
  private final List<String> regexes = new ArrayList<>();
  private final List<String> obstacles = new ArrayList<>();
  private boolean byteLevel;

  private PreTokenizerRecognizer(TokenizerJson json, boolean ignoreMerges, boolean closed) {
    this.json = json;
    this.closed = closed;
    this.file = json.file();
    this.ignoreMerges = ignoreMerges;
  }

  /// The canonical entry for `json`, whose model has the flag `ignoreMerges`.
  ///
  /// @param closed true if merging makes every token out of its own bytes, so that the flag does
  ///   not matter: the first entry that cuts text alike is then the one
  /// @throws MalformedFileException if there is none; the message says what was found, what is
  ///   near, and how to go on
  static PreTokenizer recognize(TokenizerJson json, boolean ignoreMerges, boolean closed) {
    PreTokenizerRecognizer recognizer = new PreTokenizerRecognizer(json, ignoreMerges, closed);
    recognizer.readNormalizer();
    recognizer.readSteps();
    return recognizer.find().orElseThrow(recognizer::unknown);
  }

  private void readNormalizer() {
    for (JsonNode step : json.steps(json.normalizer(), "normalizer", "normalizers")) {
      String type = step.path("type").asText();
      if (!type.equals("NFC")) {
        obstacles.add("the normalizer " + type);
      }
    }
  }

  private void readSteps() {
    for (JsonNode step : json.steps(json.preTokenizer(), "pre_tokenizer", "pretokenizers")) {
      switch (step.path("type").asText()) {
        case "ByteLevel" -> readByteLevel(step);
        case "Split" -> readSplit(step);
        case "Digits" -> regexes.add(flag(step, "individual_digits", false) ? "\\p{N}" : "\\p{N}+");
        case "Punctuation" -> readPunctuation(step);
        default -> obstacles.add("the step " + step.path("type").asText());
      }
    }
    if (!byteLevel) {
      obstacles.add("no step ByteLevel");
    }
  }

  private boolean flag(JsonNode step, String name, boolean otherwise) {
    return file.flag(step.path(name), "pre_tokenizer " + name, otherwise);
  }

  private void readByteLevel(JsonNode step) {
    byteLevel = true;
    if (flag(step, "add_prefix_space", true)) {
      obstacles.add("ByteLevel with add_prefix_space");
    }
    if (flag(step, "use_regex", true)) {
      regexes.add(GPT2);
    }
  }

  private void readSplit(JsonNode step) {
    String behavior = step.path("behavior").asText();
    boolean invert = flag(step, "invert", false);
    JsonNode pattern = step.path("pattern");
    if (pattern.has("String")) {
      String text = file.text(pattern.path("String"), "pre_tokenizer pattern.String");
      regexes.add(text.replaceAll("[^\\p{L}\\p{N} ]", "\\\\$0"));
    } else {
      regexes.add(file.text(pattern.path("Regex"), "pre_tokenizer pattern.Regex"));
    }
    // what does not match is removed: the same, as long as everything matches
    boolean isolated =
        (behavior.equals("Isolated") && !invert) || (behavior.equals("Removed") && invert);
    if (!isolated) {
      obstacles.add("Split with behavior " + behavior + (invert ? ", inverted" : ""));
    }
  }

  private void readPunctuation(JsonNode step) {
    String behavior = step.path("behavior").asText("Isolated");
    switch (behavior) {
      case "Isolated" -> regexes.add(PUNCTUATION);
      case "Contiguous" -> regexes.add(PUNCTUATION + "+");
      default -> obstacles.add("Punctuation with behavior " + behavior);
    }
  }

  private Optional<PreTokenizer> find() {
    if (!obstacles.isEmpty()) {
      return Optional.empty();
    }
    List<String> wanted = forms(regexes);
    return PreTokenizers.all().stream()
        .filter(entry -> closed || entry.ignoreMerges() == ignoreMerges)
        .filter(entry -> matches(entry, wanted))
        .findFirst();
  }

  private static boolean matches(PreTokenizer entry, List<String> wanted) {
    return forms(entry.steps()).equals(wanted)
        || entry.published().stream().anyMatch(steps -> forms(steps).equals(wanted));
  }

  private static List<String> forms(List<String> regexes) {
    return regexes.stream().map(regex -> String.join("|", alternatives(regex))).toList();
  }

  /// The canonical forms of the alternatives, or the regex itself if it is beyond us.
  private static List<String> alternatives(String regex) {
    try {
      return RegexForm.alternatives(RegexParser.parse(regex));
    } catch (PatternSyntaxException _) {
      return List.of("as written: " + regex);
    }
  }

  private MalformedFileException unknown() {
    StringBuilder text =
        new StringBuilder("no pre-tokenizer of llama.cpp cuts text like this one: ");
    List<String> quoted = regexes.stream().map(regex -> '"' + escape(regex) + '"').toList();
    text.append(quoted.isEmpty() ? "no regex" : String.join(", then ", quoted));
    text.append(ignoreMerges ? ", with ignore_merges" : ", without ignore_merges");
    for (String obstacle : obstacles) {
      text.append(", ").append(escape(obstacle));
    }
    List<String> near = nearest();
    if (!near.isEmpty()) {
      text.append("; nearest: ").append(String.join(", ", near));
    }
    text.append("; --pre NAME converts it as if it were NAME");
    return file.malformed(text.toString());
  }

  private static String escape(String regex) {
    return regex.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t");
  }

  /// The names with most alternatives in common, with what sets them apart if it is only the flag.
  private List<String> nearest() {
    Set<String> ours = parts(regexes);
    Comparator<PreTokenizer> byLikeness =
        Comparator.comparingDouble(entry -> -likeness(ours, parts(entry.steps())));
    return PreTokenizers.all().stream()
        .sorted(byLikeness)
        .filter(entry -> likeness(ours, parts(entry.steps())) > 0.3)
        .limit(3)
        .map(entry -> entry.name() + " (ignore_merges " + entry.ignoreMerges() + ")")
        .toList();
  }

  private static Set<String> parts(List<String> regexes) {
    Set<String> parts = new HashSet<>();
    regexes.forEach(regex -> parts.addAll(alternatives(regex)));
    return parts;
  }

  private static double likeness(Set<String> some, Set<String> others) {
    Set<String> common = new HashSet<>(some);
    common.retainAll(others);
    Set<String> all = new HashSet<>(some);
    all.addAll(others);
    return (double) common.size() / Math.max(1, all.size());
  }
}
