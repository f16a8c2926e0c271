package dev.quern.formats.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.json.JsonFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// The chat templates of a folder: the one of `tokenizer_config.json`, else `chat_template.jinja`
/// with those in `additional_chat_templates`, else the one of `chat_template.json`.
final class ChatTemplates {
  private static final String KEY = "tokenizer.chat_template";
  private static final int TEXT = 8;

  /// A template, which may have a name.
  private record Template(Optional<String> name, String text) {}

  private final List<Template> templates = new ArrayList<>();

  private ChatTemplates() {}

  /// Reads the templates of `folder`, of which `inConfig` is the one in its configuration.
  ///
  /// @throws MalformedFileException if a file is not what it must be
  static ChatTemplates read(Path folder, JsonNode inConfig, List<String> warnings) {
    ChatTemplates all = new ChatTemplates();
    if (!inConfig.isMissingNode()) {
      all.add(inConfig, folder.resolve("tokenizer_config.json"), warnings);
      return all;
    }
    Path jinja = folder.resolve("chat_template.jinja");
    if (Files.isRegularFile(jinja)) {
      all.addJinja(jinja, folder.resolve("additional_chat_templates"));
      return all;
    }
    Path json = folder.resolve("chat_template.json");
    JsonFile.readIfThere(json)
        .ifPresent(file -> all.add(file.root().path("chat_template"), json, warnings));
    return all;
  }

  private void add(JsonNode node, Path file, List<String> warnings) {
    if (node.isTextual()) {
      templates.add(new Template(Optional.empty(), node.asText()));
    } else if (node.isArray()) {
      for (JsonNode choice : node) {
        String name = choice.path("name").asText("");
        if (choice.path("template").isTextual()) {
          templates.add(new Template(Optional.of(name), choice.path("template").asText()));
        }
      }
    } else if (!JsonFile.isMissing(node)) {
      warnings.add(file + ": chat_template is neither a string nor a list, left out");
    }
  }

  private void addJinja(Path main, Path more) {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(more)) {
      try (Stream<Path> found = Files.list(more)) {
        files.addAll(found.filter(path -> path.toString().endsWith(".jinja")).sorted().toList());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    if (files.isEmpty()) {
      templates.add(new Template(Optional.empty(), readText(main)));
      return;
    }
    templates.add(new Template(Optional.of("default"), readText(main)));
    for (Path file : files) {
      String name = String.valueOf(file.getFileName());
      templates.add(
          new Template(
              Optional.of(name.substring(0, name.length() - ".jinja".length())), readText(file)));
    }
  }

  private static String readText(Path file) {
    try {
      return Files.readString(file).replace("\r\n", "\n").replace('\r', '\n');
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(file, "is not UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds the keys for the templates to `metadata`.
  void addTo(Map<String, MetadataValue> metadata) {
    TreeSet<String> names = new TreeSet<>();
    Optional<String> main = Optional.empty();
    for (Template template : templates) {
      String name = template.name.map(ChatTemplates::plain).orElse("default");
      if (name.equals("default")) {
        main = Optional.of(template.text);
      } else if (!name.isEmpty()) {
        names.add(name);
        put(metadata, KEY + "." + name, template.text);
      }
    }
    if (!names.isEmpty()) {
      List<MetadataValue> values = new ArrayList<>();
      names.forEach(name -> values.add(new Text(name)));
      metadata.put("tokenizer.chat_templates", new MetadataValue.Array(TEXT, values));
    }
    main.ifPresent(text -> put(metadata, KEY, text));
  }

  private static void put(Map<String, MetadataValue> metadata, String key, String text) {
    if (!text.isEmpty()) {
      metadata.put(key, new Text(text));
    }
  }

  private static String plain(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "_");
  }
}
