package dev.quern.formats.modelcard;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;

/// Finds the front matter of `README.md`, a YAML document, and reads it if it is sound.
///
/// The card of a checkpoint is written by hand and often broken. Such a card counts as empty, and a
/// warning says why.
final class ModelCard {
  /// Bytes of the largest front matter; tables of benchmark results make some of them large.
  static final int LARGEST = 2 << 20;

  private static final String FILE = "README.md";

  private ModelCard() {}

  /// The card in `folder`, empty if there is none or if it has no front matter.
  static CardYaml read(Path folder, Consumer<String> warnings) {
    Path file = folder.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return CardYaml.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return parse(in.readNBytes(LARGEST + 1), warnings);
    } catch (IOException e) {
      warnings.accept(ignored("it cannot be read: " + e));
      return CardYaml.empty();
    }
  }

  /// The card in `bytes`, which are all of a file up to [#LARGEST] and one more.
  static CardYaml parse(byte[] bytes, Consumer<String> warnings) {
    String card = new String(bytes, StandardCharsets.UTF_8);
    Optional<FrontMatter> found = FrontMatter.of(card);
    if (found.isEmpty()) {
      return CardYaml.empty();
    }
    FrontMatter front = found.get();
    if (!front.closed() && bytes.length > LARGEST) {
      warnings.accept(ignored("its front matter does not end within " + LARGEST + " bytes"));
    } else if (!isUtf8(bytes, card.substring(0, front.end()))) {
      warnings.accept(ignored("its front matter is not UTF-8"));
    } else {
      try {
        return CardYaml.parse(front.text());
      } catch (RuntimeException e) { // the reader of YAML throws more than it declares
        warnings.accept(ignored("its front matter is not sound YAML: " + oneLine(e)));
      }
    }
    return CardYaml.empty();
  }

  private static String ignored(String why) {
    return FILE + " is ignored: " + why;
  }

  private static String oneLine(RuntimeException error) {
    String message = String.valueOf(error.getMessage()).strip().replaceAll("\\s+", " ");
    return message.substring(0, Math.min(message.length(), 200));
  }

  private static boolean isUtf8(byte[] bytes, String decoded) {
    byte[] again = decoded.getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(again, 0, again.length, bytes, 0, Math.min(again.length, bytes.length));
  }
}
