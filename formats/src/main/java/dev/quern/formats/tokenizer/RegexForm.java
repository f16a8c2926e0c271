package dev.quern.formats.tokenizer;

import dev.quern.formats.tokenizer.Regex.Chars;
import dev.quern.formats.tokenizer.Regex.End;
import dev.quern.formats.tokenizer.Regex.Group;
import dev.quern.formats.tokenizer.Regex.Look;
import dev.quern.formats.tokenizer.Regex.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Writes regexes so that two which split every text alike mostly read alike.
///
/// What it sees through: the order within a class, groups that only group, alternatives between
/// literals however they are factored or ordered, possessive quantifiers that change nothing, and
/// `\s*[\r\n]+` for `\s*[\r\n]`. Different texts may still behave the same: the answer "different"
/// means "not known to be the same".
final class RegexForm {
  private static final int MOST_LITERALS = 256;

  private RegexForm() {}

  /// The canonical form of `regex`.
  static String of(Regex regex) {
    return String.join("|", alternatives(regex));
  }

  /// The canonical forms of its alternatives, in their order.
  static List<String> alternatives(Regex regex) {
    List<List<Part>> flat = flatten(regex);
    List<String> forms = new ArrayList<>();
    SortedSet<String> literals = new TreeSet<>();
    for (List<Part> parts : flat) {
      Optional<SortedSet<String>> more = literals(new Regex(List.of(parts)));
      if (more.isPresent() && prefixFree(literals, more.get())) {
        literals.addAll(more.get());
        continue;
      }
      addLiterals(literals, forms);
      literals = new TreeSet<>();
      if (more.isPresent()) {
        literals.addAll(more.get());
      } else {
        forms.add(sequence(parts));
      }
    }
    addLiterals(literals, forms);
    return forms;
  }

  private static void addLiterals(SortedSet<String> literals, List<String> forms) {
    if (!literals.isEmpty()) {
      forms.add("<" + String.join(",", literals) + ">");
    }
  }

  /// Alternatives that are nothing but a group are replaced by what the group holds.
  private static List<List<Part>> flatten(Regex regex) {
    List<List<Part>> flat = new ArrayList<>();
    for (List<Part> parts : regex.alternatives()) {
      if (parts.size() == 1
          && parts.getFirst() instanceof Group(Regex body, int min, int max, _)
          && min == 1
          && max == 1) {
        flat.addAll(flatten(body));
      } else {
        flat.add(parts);
      }
    }
    return flat;
  }

  /// The texts that `regex` matches, if they are few.
  private static Optional<SortedSet<String>> literals(Regex regex) {
    SortedSet<String> all = new TreeSet<>();
    for (List<Part> parts : regex.alternatives()) {
      SortedSet<String> texts = new TreeSet<>(List.of(""));
      for (Part part : parts) {
        Optional<SortedSet<String>> ends = literals(part);
        if (ends.isEmpty() || ends.get().size() * texts.size() > MOST_LITERALS) {
          return Optional.empty();
        }
        SortedSet<String> longer = new TreeSet<>();
        texts.forEach(text -> ends.get().forEach(end -> longer.add(text + end)));
        texts = longer;
      }
      if (!prefixFree(all, texts)) {
        return Optional.empty();
      }
      all.addAll(texts);
    }
    return all.isEmpty() || all.contains("") ? Optional.empty() : Optional.of(all);
  }

  private static Optional<SortedSet<String>> literals(Part part) {
    if (part instanceof Group(Regex body, int min, int max, _) && min == 1 && max == 1) {
      return literals(body);
    }
    if (!(part instanceof Chars(CharSet set, int min, int max, _)) || min != 1 || max != 1) {
      return Optional.empty();
    }
    List<Integer> members = set.listed(16);
    SortedSet<String> texts = new TreeSet<>();
    members.forEach(c -> texts.add(Character.toString(c)));
    return texts.isEmpty() ? Optional.empty() : Optional.of(texts);
  }

  /// Whether no text begins another, so that their order does not matter.
  private static boolean prefixFree(SortedSet<String> some, SortedSet<String> more) {
    SortedSet<String> all = new TreeSet<>(some);
    all.addAll(more);
    String last = null;
    for (String text : all) {
      if (last != null && text.startsWith(last)) {
        return false;
      }
      last = text;
    }
    return true;
  }

  private static String sequence(List<Part> parts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      text.append(
          switch (parts.get(i)) {
            case Chars chars -> chars(chars, i, parts);
            case Group(Regex body, int min, int max, boolean possessive) ->
                group(body) + counted(min, max, possessive);
            case Look(Regex body, boolean wanted) -> (wanted ? "(=" : "(!") + of(body) + ")";
            case End() -> "$";
          });
    }
    return text.toString();
  }

  /// A choice between single characters is a class.
  private static String group(Regex body) {
    CharSet.Builder union = new CharSet.Builder();
    for (List<Part> parts : body.alternatives()) {
      if (parts.size() != 1
          || !(parts.getFirst() instanceof Chars(CharSet set, int min, int max, _))
          || min != 1
          || max != 1) {
        return "(" + of(body) + ")";
      }
      union.union(set);
    }
    return union.build(false).canonical();
  }

  private static String chars(Chars chars, int at, List<Part> parts) {
    boolean possessive = chars.possessive() && !givingBackIsVain(chars, at, parts);
    int max = chars.max();
    if (chars.min() == 1
        && at == parts.size() - 1
        && at > 0
        && eatenBefore(chars, parts.get(at - 1))) {
      max = 1;
    }
    return chars.set().canonical() + counted(chars.min(), max, possessive);
  }

  private static String counted(int min, int max, boolean possessive) {
    return "{" + min + "," + (max == Regex.UNLIMITED ? "" : max) + (possessive ? "}+" : "}");
  }

  /// Whether what follows matches anyway, or could not begin with what would be given back.
  private static boolean givingBackIsVain(Chars chars, int at, List<Part> parts) {
    List<Part> rest = parts.subList(at + 1, parts.size());
    if (rest.stream().allMatch(part -> part instanceof Chars next && next.min() == 0)) {
      return true;
    }
    return rest.getFirst() instanceof Chars next
        && next.min() > 0
        && chars.min() == 0
        && chars.max() == 1
        && chars.set().isDisjoint(next.set());
  }

  /// Whether the part before takes as many of the same characters as it can: then only one of them
  /// is left for the last part.
  private static boolean eatenBefore(Chars last, Part before) {
    List<Integer> members = last.set().listed(16);
    return !members.isEmpty()
        && before instanceof Chars(CharSet set, _, int max, _)
        && max == Regex.UNLIMITED
        && members.stream().allMatch(set::contains);
  }
}
