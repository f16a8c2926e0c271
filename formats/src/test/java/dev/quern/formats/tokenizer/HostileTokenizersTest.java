package dev.quern.formats.tokenizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedValues;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Text;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tokenizer files that are made to exhaust memory, read with 64 MB of heap.
class HostileTokenizersTest {
  @TempDir Path folder;

  /// Reads each folder and prints what there is to say, in a virtual machine of its own.
  static final class Reader {
    private Reader() {}

    public static void main(String[] folders) {
      for (String name : folders) {
        try {
          SourceVocabulary.read(Path.of(name), 8, Optional.empty());
          System.out.println("read");
        } catch (MalformedFileException e) {
          System.out.println(e.getMessage());
        }
      }
      List<MetadataValue> many = Collections.nCopies(50_000_000, new Text(""));
      try {
        Tokenizers.fromMetadata(
            "m.gguf",
            Map.of(
                "tokenizer.ggml.model",
                new Text("llama"),
                "tokenizer.ggml.tokens",
                new Array(8, new Endless(many))));
      } catch (MalformedFileException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /// A list that lies in a file, as far as an array of metadata can tell.
  private static final class Endless extends AbstractList<MetadataValue> implements MappedValues {
    private final List<MetadataValue> values;

    Endless(List<MetadataValue> values) {
      this.values = values;
    }

    @Override
    public MetadataValue get(int index) {
      return values.get(index);
    }

    @Override
    public int size() {
      return values.size();
    }
  }

  private String write(String name, String file, String head, String unit, int count, String tail)
      throws IOException {
    Path parent = Files.createDirectories(folder.resolve(name));
    try (BufferedWriter out = Files.newBufferedWriter(parent.resolve(file))) {
      out.write(head);
      for (int i = 0; i < count; i++) {
        out.write(unit.replace("#", Integer.toString(i)));
      }
      out.write(tail);
    }
    return parent.toString();
  }

  @Test
  void endInAMessageWithinSixtyFourMegabytes() throws IOException, InterruptedException {
    String objects = write("1", "tokenizer.json", "{\"model\":[", "{},", 1_000_000, "0]}");
    String tokens =
        write(
            "2", "tokenizer.json", "{\"model\":{\"vocab\":{", "\"#\":#,", 2_000_000, "\"x\":0}}}");
    String config = write("3", "tokenizer_config.json", "{\"x\":[", "[],", 1_000_000, "0]}");
    String pieces = write("4", "tokenizer.model", "", "", 0, "");
    StringBuilder model = new StringBuilder();
    for (int i = 0; i < 900_000; i++) {
      model.append("\n\u0009\n\u0007").append(1_000_000 + i);
    }
    Files.writeString(Path.of(pieces, "tokenizer.model"), model);

    String java = ProcessHandle.current().info().command().orElseThrow();
    Process process =
        new ProcessBuilder(
                java,
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Reader.class.getName(),
                objects,
                tokens,
                config,
                pieces)
            .redirectErrorStream(true)
            .start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isZero();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(0)).contains("tokenizer.json: its content would fill more than");
    assertThat(lines.get(1)).contains("tokenizer.json: its content would fill more than");
    assertThat(lines.get(2)).contains("tokenizer_config.json: its content would fill more than");
    assertThat(lines.get(3)).contains("tokenizer.model: its pieces would fill more than");
    assertThat(lines.get(4)).contains("m.gguf: its tokens would fill more than");
  }
}
