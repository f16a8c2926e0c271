package dev.quern.formats.modelcard;

import dev.quern.formats.modelcard.NamePart.Kind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the name of a model tells, as in `mistralai/Mistral-7B-Instruct-v0.3`.
///
/// @param name what follows the first slash: `Mistral-7B-Instruct-v0.3`
/// @param organization what precedes it: `mistralai`
/// @param basename the parts that come before any other kind of part: `Mistral`
/// @param finetune the other words: `Instruct`
/// @param version numbers that do not belong to the basename: `v0.3`
/// @param sizeLabel sizes, without repetition: `7B`
record ModelId(
    String name,
    @Nullable String organization,
    @Nullable String basename,
    @Nullable String finetune,
    @Nullable String version,
    @Nullable String sizeLabel) {

  /// Takes `id` apart. A sentence with spaces is a name and nothing else.
  ///
  /// @param totalParameters as in [ParameterCounts#total]: a size far from it is a context length;
  ///   0 if unknown
  static ModelId parse(String id, long totalParameters) {
    if (id.contains(" ")) {
      return new ModelId(id, null, null, null, null, null);
    }
    int slash = id.indexOf('/');
    String organization = slash < 0 || id.startsWith(".") ? null : id.substring(0, slash);
    String name = id.substring(slash + 1);
    List<NamePart> parts = parts(name, totalParameters);
    int base = basenameLength(parts);
    List<NamePart> rest = parts.subList(base, parts.size());
    String finetune = joined(rest, Kind.FINETUNE, Kind.WORD);
    String version = joined(rest, Kind.VERSION);
    String sizeLabel = joined(new LinkedHashSet<>(rest), Kind.SIZE);
    boolean ambiguous = finetune == null && version == null && sizeLabel == null;
    String basename = ambiguous ? null : joined(parts.subList(0, base), Kind.values());
    return new ModelId(name, organization, basename, finetune, version, sizeLabel);
  }

  private static List<NamePart> parts(String name, long totalParameters) {
    List<NamePart> parts = new ArrayList<>();
    for (String text : name.split("-", -1)) {
      if (!text.isEmpty()) {
        parts.add(NamePart.of(text, parts.isEmpty(), totalParameters));
      }
    }
    // "mini" says nothing in a name that has "7B".
    if (parts.stream().anyMatch(part -> part.kind() == Kind.SIZE && part.hasDigit())) {
      parts.replaceAll(
          part ->
              part.kind() == Kind.SIZE && !part.hasDigit()
                  ? new NamePart(part.text(), Kind.WORD)
                  : part);
    }
    return parts;
  }

  /// How many leading parts make the basename: words and versions, but no version at the very end.
  private static int basenameLength(List<NamePart> parts) {
    int length = 0;
    while (length < parts.size() && parts.get(length).mayStartName()) {
      length++;
    }
    if (length == parts.size()) {
      while (length > 0 && parts.get(length - 1).kind() == Kind.VERSION) {
        length--;
      }
    }
    return length;
  }

  private static @Nullable String joined(Collection<NamePart> parts, Kind... kinds) {
    List<Kind> wanted = List.of(kinds);
    String joined =
        parts.stream()
            .filter(part -> wanted.contains(part.kind()))
            .map(NamePart::text)
            .collect(Collectors.joining("-"));
    return joined.isEmpty() ? null : joined;
  }
}
