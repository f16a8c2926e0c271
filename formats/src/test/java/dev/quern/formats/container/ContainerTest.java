package dev.quern.formats.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ContainerTest {
  @TempDir private Path folder = Path.of("");

  private void write(String files) throws IOException {
    for (String file : files.split(" ", -1)) {
      String[] parts = file.split("=", -1);
      Files.writeString(folder.resolve(parts[0]), parts.length > 1 ? parts[1] : "0123456789");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "config.json={} model.safetensors,HuggingFace",
    "config.json={} pytorch_model.bin,HuggingFace",
    "params.json={} consolidated.00.pth,Meta",
    "params.json={} consolidated.safetensors,Mistral",
    "params.json={\"hidden_dim\":1} consolidated.00.pth,Mistral",
    "params.json={} consolidated.safetensors config.json={} model.safetensors,HuggingFace",
    "notes.txt,HuggingFace"
  })
  void tellsFoldersByTheirFiles(String files, String kind) throws IOException {
    write(files);
    assertThat(Container.of(folder).getClass().getSimpleName()).isEqualTo(kind);
    assertThat(Container.of(folder).model()).isEqualTo(Container.of(folder));
  }

  @ParameterizedTest
  @CsvSource({
    "a.gguf,Gguf,Gguf",
    "blob=GGUFxxxx,Gguf,Gguf",
    "model.safetensors,Weights,HuggingFace",
    "pytorch_model.bin,Weights,Weights",
    "a.ckpt,Weights,Weights",
    "config.json={},HuggingFace,HuggingFace",
    "consolidated.00.pth params.json={},Weights,Meta",
    "consolidated.safetensors params.json={},Weights,Mistral",
    "params.json={} consolidated.safetensors,Mistral,Mistral"
  })
  void tellsFilesAndTheModelsThatTheyStandFor(String files, String kind, String model)
      throws IOException {
    write(files);
    Path file = folder.resolve(files.split("[ =]", -1)[0]);
    assertThat(Container.of(file).getClass().getSimpleName()).isEqualTo(kind);
    assertThat(Container.of(file).model().getClass().getSimpleName()).isEqualTo(model);
  }

  @Test
  void saysWhatCouldBeOpened() throws IOException {
    write("letter.txt");
    assertThatThrownBy(() -> Container.of(folder.resolve("letter.txt")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("not a model that can be opened: wanted a folder of Hugging Face's");
    assertThatThrownBy(() -> Container.of(folder.resolve("nothing")))
        .hasMessage(folder.resolve("nothing") + ": no such file or folder");
  }
}
