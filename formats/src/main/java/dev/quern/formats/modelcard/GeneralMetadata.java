package dev.quern.formats.modelcard;

import dev.quern.formats.MetadataValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The `general.*` metadata of a model, from the files in the folder of its checkpoint.
///
/// Does not contain what a conversion knows better: architecture, type, file type and quantization
/// version.
public final class GeneralMetadata {
  private final Map<TextField, String> texts;
  private final Map<String, MetadataValue> values;
  private final List<String> warnings;
  private final boolean adapter;

  private GeneralMetadata(
      Map<TextField, String> texts,
      Map<String, MetadataValue> values,
      List<String> warnings,
      boolean adapter) {
    this.texts = texts;
    this.values = values;
    this.warnings = List.copyOf(warnings);
    this.adapter = adapter;
  }

  /// Gathers the metadata of the model in `folder`, where `README.md`, `config.json` and
  /// `generation_config.json` are read if they are there. Nothing in them makes this fail.
  ///
  /// @param counts gives the size label, if no name does, and tells sizes from context lengths; all
  ///   0 if unknown
  /// @param name takes the place of any other name
  public static GeneralMetadata of(Path folder, ParameterCounts counts, Optional<String> name) {
    return of(folder, folder, counts, name);
  }

  /// As above, of a model whose folder is called otherwise than the model.
  ///
  /// @param called a path whose last name is what the model is called
  public static GeneralMetadata of(
      Path folder, Path called, ParameterCounts counts, Optional<String> name) {
    List<String> warnings = new ArrayList<>();
    CardYaml card = ModelCard.read(folder, warnings::add);
    Map<TextField, String> texts = texts(card, warnings::add);
    originalName(folder, warnings::add)
        .ifPresent(id -> complete(texts, ModelId.parse(id, counts.total())));
    complete(texts, ModelId.parse(folderName(called), counts.total()));
    name.ifPresent(text -> texts.put(TextField.NAME, text));
    if (counts.total() > 0) {
      texts.putIfAbsent(TextField.SIZE_LABEL, SizeLabel.of(counts));
    }

    KeyValues out = new KeyValues(warnings::add);
    Sampling.write(folder, out, warnings::add);
    texts.forEach((field, text) -> out.text(field.key(), text));
    SourceList.BASE_MODELS.write(card, counts.total(), out, warnings::add);
    SourceList.DATASETS.write(card, counts.total(), out, warnings::add);
    out.array("general.tags", items(card, "tags", "pipeline_tag"));
    out.array("general.languages", items(card, "languages", "language"));
    return new GeneralMetadata(texts, out.values(), warnings, counts.total() < 0);
  }

  /// Keys and values, in the order in which a GGUF has them.
  public Map<String, MetadataValue> values() {
    return values;
  }

  /// What was wrong with the files, one sentence each, for the person who converts.
  public List<String> warnings() {
    return warnings;
  }

  /// The file name, without `.gguf`, of this model with its weights stored as `type`, such as
  /// `Mistral-7B-Instruct-v0.3-Q4_K_M`. It is never more than a name, whatever a model card says:
  /// it has no slash, nor more than 200 bytes.
  public String fileName(String type) {
    return OutputName.of(texts, type, adapter ? "LoRA" : "");
  }

  private static Map<TextField, String> texts(CardYaml card, Consumer<String> warnings) {
    Map<TextField, String> texts = new EnumMap<>(TextField.class);
    for (TextField field : TextField.values()) {
      for (String key : field.cardKeys()) {
        if (!texts.containsKey(field)) {
          String where = "README.md: `" + key + "`";
          Object value = card.value(key);
          if (field == TextField.LICENSE && value instanceof List<?> licenses) {
            value = joined(where, licenses, warnings);
          }
          String text = CardText.of(where, value, warnings);
          if (text != null) {
            texts.put(field, text);
          }
        }
      }
    }
    return texts;
  }

  private static String joined(
      String where, List<? extends @Nullable Object> values, Consumer<String> warnings) {
    List<String> texts = new ArrayList<>();
    for (Object value : values) {
      String text = CardText.of("a value of " + where, value, warnings);
      if (text != null) {
        texts.add(text);
      }
    }
    return String.join(",", texts);
  }

  private static List<? extends @Nullable Object> items(CardYaml card, String... keys) {
    List<@Nullable Object> items = new ArrayList<>();
    for (String key : keys) {
      switch (card.value(key)) {
        case String one -> items.add(one);
        case List<?> several -> items.addAll(several);
        case null, default -> {}
      }
    }
    return Collections.unmodifiableList(items);
  }

  /// What a model was called when it was saved, unless that is a path on somebody's machine.
  private static Optional<String> originalName(Path folder, Consumer<String> warnings) {
    Object value = JsonFile.read(folder, "config.json", warnings).get("_name_or_path");
    String where = "config.json: `_name_or_path`";
    if (value != null && !(value instanceof String)) {
      warnings.accept(where + " is " + CardText.describe(value) + ", wanted text; left out");
      return Optional.empty();
    }
    return Optional.ofNullable(CardText.of(where, value, warnings))
        .filter(id -> id.indexOf('/') == id.lastIndexOf('/'));
  }

  private static String folderName(Path folder) {
    Path name = folder.toAbsolutePath().normalize().getFileName();
    return name == null ? "" : name.toString();
  }

  private static void complete(Map<TextField, String> texts, ModelId id) {
    texts.putIfAbsent(TextField.NAME, Title.of(id.name()));
    putIfAbsent(texts, TextField.ORGANIZATION, id.organization());
    putIfAbsent(texts, TextField.BASENAME, id.basename());
    putIfAbsent(texts, TextField.FINETUNE, id.finetune());
    putIfAbsent(texts, TextField.VERSION, id.version());
    putIfAbsent(texts, TextField.SIZE_LABEL, id.sizeLabel());
  }

  private static void putIfAbsent(
      Map<TextField, String> texts, TextField field, @Nullable String text) {
    if (text != null) {
      texts.putIfAbsent(field, field == TextField.ORGANIZATION ? Title.of(text) : text);
    }
  }
}
