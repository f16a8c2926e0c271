package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The small models of the converter's tests, and copies of them that may be changed.
final class TinyModel {
  static final Path GOLDEN = Path.of("../converter/src/test/resources/golden");
  static final Path LLAMA = GOLDEN.resolve("tiny-llama");
  static final Path LLAMA3 = GOLDEN.resolve("tiny-llama3");
  static final Path MISTRAL = GOLDEN.resolve("tiny-mistral");
  static final List<Path> ALL = List.of(LLAMA, LLAMA3, MISTRAL);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private TinyModel() {}

  /// Copies `model` to `folder`, which is made.
  static Path copy(Path model, Path folder) {
    try (Stream<Path> files = Files.list(model)) {
      Files.createDirectories(folder);
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Changes a JSON file.
  static void edit(Path file, Consumer<ObjectNode> change) {
    ObjectNode document = (ObjectNode) json(read(file));
    change.accept(document);
    write(file, document.toPrettyString());
  }

  /// Converts `model` to a file in `folder`.
  static Path gguf(Path model, String type, Path folder) {
    Path file = folder.resolve(model.getFileName() + "-" + type + ".gguf");
    Run run = Run.of("convert", model, "--to", type, "-o", file, "--force");
    if (run.code() != 0) {
      throw new AssertionError(run);
    }
    return file;
  }

  /// A text of about `letters` letters that any tokenizer cuts into more tokens than one.
  static Path text(Path folder, int letters) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; text.length() < letters; i++) {
      text.append("the mill by the river grinds ").append(i * 7919 % 1009).append(" sacks, ");
    }
    return write(folder.resolve("text.txt"), text.toString());
  }

  static Path write(Path file, String text) {
    return write(file, text.getBytes(UTF_8));
  }

  /// Writes a file anew: some file systems wait for the disk when one is cut and written again.
  static Path write(Path file, byte[] bytes) {
    try {
      Files.deleteIfExists(file);
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    return new String(bytes(file), UTF_8);
  }

  static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Names of what is in `folder`, sorted.
  static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
