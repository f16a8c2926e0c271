package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every architecture whose models can be run, by the id in `general.architecture`.
public final class RunnableFamilies {
  private static final Map<String, Function<ModelView, DecoderTraits>> ALL =
      Stream.of(
              GatedFamilies.all(),
              UngatedFamilies.all(),
              NormedFamilies.all(),
              ExpertFamilies.all())
          .flatMap(families -> families.entrySet().stream())
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private RunnableFamilies() {}

  /// The ids in alphabetical order.
  public static List<String> ids() {
    return ALL.keySet().stream().sorted().toList();
  }

  static DecoderTraits read(ModelView view) {
    if (!(view.metadata().get("general.architecture") instanceof MetadataValue.Text(String id))) {
      throw new MalformedFileException(
          Path.of(view.name()), "general.architecture is missing or not a text");
    }
    Function<ModelView, DecoderTraits> family = ALL.get(id);
    if (family == null) {
      throw new MalformedFileException(
          Path.of(view.name()),
          "architecture \"" + id + "\" cannot be run, wanted: " + String.join(", ", ids()));
    }
    return family.apply(view);
  }
}
