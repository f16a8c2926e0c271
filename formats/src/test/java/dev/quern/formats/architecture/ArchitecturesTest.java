package dev.quern.formats.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArchitecturesTest {
  @TempDir private Path folder = Path.of("");

  /// An architecture is one file and one line: this fails when the line is missing.
  @Test
  void listsEveryArchitectureOfThePackage() throws IOException {
    List<String> listed =
        Architectures.all().stream().map(one -> one.getClass().getSimpleName()).sorted().toList();
    assertThat(listed).isEqualTo(implementations());
  }

  @Test
  void answersToEveryClassNameOnce() {
    assertThat(Architectures.all().stream().flatMap(one -> one.classNames().stream()))
        .doesNotHaveDuplicates();
    // a Mixtral's file is a LLaMA's with experts
    assertThat(Architectures.byId("llama")).containsInstanceOf(Llama.class);
    assertThat(Architectures.byId("no-such")).isEmpty();
  }

  @Test
  void namesTheKnownClassThatIsClosest() throws IOException {
    Path file = folder.resolve("config.json");
    Files.writeString(file, "{\"architectures\": [\"Qwen9ForCausalLM\"]}");
    assertThatThrownBy(() -> Architectures.of(ModelConfig.read(file)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("names Qwen9ForCausalLM, which is not known; the closest by name is")
        .hasMessageContaining("--as qwen");
  }

  @Test
  void findsAnArchitectureByIdOrClass() {
    assertThat(Architectures.named("gptneox").id()).isEqualTo("gptneox");
    assertThat(Architectures.named("MistralForCausalLM").id()).isEqualTo("llama");
    assertThatThrownBy(() -> Architectures.named("lama"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no architecture is called \"lama\"; the closest is \"llama\"");
  }

  private static List<String> implementations() throws IOException {
    Path sources = Path.of("src/main/java/dev/quern/formats/architecture");
    try (Stream<Path> files = Files.list(sources)) {
      return files
          .filter(ArchitecturesTest::implementsArchitecture)
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .sorted()
          .toList();
    }
  }

  private static boolean implementsArchitecture(Path file) {
    try {
      return Files.readString(file).contains(" implements Architecture ");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
