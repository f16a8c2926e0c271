package dev.quern.formats.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Golden;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuggingFaceFolderTest {
  private static final String WANTED =
      "the folder has no model.safetensors or model.safetensors.index.json or pytorch_model.bin or"
          + " pytorch_model.bin.index.json or flax_model.msgpack";

  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private Path weights(String name) throws IOException {
    return Files.write(folder.resolve(name), Golden.bytes("scalar.safetensors"));
  }

  @Test
  void findsTheFilesOfAModel() throws IOException {
    write("config.json", "{\"hidden_size\": 8}");
    Path tokenizer = write("tokenizer.json", "{}");

    HuggingFaceFolder model = HuggingFaceFolder.open(folder);

    assertThat(model.path()).isEqualTo(folder);
    assertThat(model.config().integer("hidden_size")).isEqualTo(8);
    assertThat(model.file("tokenizer.json")).contains(tokenizer);
    assertThat(model.chatTemplate()).isEmpty();
    Path json = write("chat_template.json", "{}");
    assertThat(model.chatTemplate()).contains(json);
    Path jinja = write("chat_template.jinja", "");
    assertThat(model.chatTemplate()).contains(jinja);
  }

  @Test
  void doesWithoutWhatIsNotThere() throws IOException {
    write("config.json", "{}");
    HuggingFaceFolder model = HuggingFaceFolder.open(folder);

    assertThat(model.file("vocab.json")).isEmpty();
  }

  @Test
  void opensASingleFile() throws IOException {
    write("config.json", "{}");
    Path file = weights("model.safetensors");

    try (Checkpoint checkpoint = HuggingFaceFolder.open(folder).checkpoint()) {
      assertThat(checkpoint.path()).isEqualTo(file);
      assertThat(checkpoint.tensors()).hasSize(1);
    }
  }

  @Test
  void opensShards() throws IOException {
    write("config.json", "{}");
    weights("model-00001-of-00001.safetensors");
    Path index =
        write(
            "model.safetensors.index.json",
            "{\"weight_map\": {\"scalar\": \"model-00001-of-00001.safetensors\"}}");

    try (Checkpoint checkpoint = HuggingFaceFolder.open(folder).checkpoint()) {
      assertThat(checkpoint.path()).isEqualTo(index);
      assertThat(checkpoint.tensor("scalar")).isPresent();
    }
  }

  @Test
  void opensAFileOfPyTorchsWhereThereAreNoSafetensors() throws IOException {
    write("config.json", "{}");
    Path bin = bin("pytorch_model.bin", "nested");

    try (Checkpoint checkpoint = HuggingFaceFolder.open(folder).checkpoint()) {
      assertThat(checkpoint.path()).isEqualTo(bin);
      assertThat(checkpoint.tensors()).hasSize(3);
    }
    Path preferred = weights("model.safetensors");
    try (Checkpoint checkpoint = HuggingFaceFolder.open(folder).checkpoint()) {
      assertThat(checkpoint.path()).isEqualTo(preferred);
    }
  }

  @Test
  void opensShardsOfPyTorchs() throws IOException {
    write("config.json", "{}");
    bin("pytorch_model-00001-of-00002.bin", "nested");
    bin("pytorch_model-00002-of-00002.bin", "parts-sequence");
    write(
        "pytorch_model.bin.index.json",
        "{\"weight_map\": {\"embedding.weight\": \"pytorch_model-00001-of-00002.bin\","
            + " \"layers.0.weight\": \"pytorch_model-00001-of-00002.bin\","
            + " \"layers.0.bias\": \"pytorch_model-00001-of-00002.bin\","
            + " \"first\": \"pytorch_model-00002-of-00002.bin\","
            + " \"second\": \"pytorch_model-00002-of-00002.bin\"}}");

    try (Checkpoint checkpoint = HuggingFaceFolder.open(folder).checkpoint()) {
      assertThat(checkpoint.tensors())
          .extracting(SourceTensor::name)
          .containsExactly(
              "embedding.weight", "layers.0.weight", "layers.0.bias", "first", "second");
      assertThat(checkpoint.notes()).hasSize(1);
    }
  }

  @Test
  void opensWeightsOfFlaxsWhereThereAreNoOthers() throws IOException {
    write("config.json", "{}");
    Files.write(folder.resolve("flax_model.msgpack"), Golden.bytes("flax/tree.msgpack"));
    try (Checkpoint checkpoint = HuggingFaceFolder.open(folder).checkpoint()) {
      assertThat(checkpoint.path().toString()).endsWith("flax_model.msgpack");
    }
    bin("pytorch_model.bin", "nested");
    try (Checkpoint checkpoint = HuggingFaceFolder.open(folder).checkpoint()) {
      assertThat(checkpoint.path().toString()).endsWith("pytorch_model.bin");
    }
  }

  private Path bin(String name, String golden) throws IOException {
    return Files.write(folder.resolve(name), Golden.bytes("pytorch/" + golden + ".pt"));
  }

  @Test
  void refusesAFolderWithoutWeights() throws IOException {
    write("config.json", "{}");
    refuses(WANTED + ", nor other weights", folder -> HuggingFaceFolder.open(folder).checkpoint());
  }

  @Test
  void saysWhichOtherWeightsAreThere() throws IOException {
    write("config.json", "{}");
    write("model.onnx", "");
    write("model-00001-of-00002.safetensors", "");
    refuses(
        WANTED + "; what it has is model-00001-of-00002.safetensors, model.onnx",
        folder -> HuggingFaceFolder.open(folder).checkpoint());
  }

  @Test
  void refusesTwoSetsOfWeights() throws IOException {
    write("config.json", "{}");
    weights("model.safetensors");
    write("model.safetensors.index.json", "{}");
    refuses(
        "the folder has both model.safetensors and model.safetensors.index.json: remove the one that"
            + " is not meant",
        folder -> HuggingFaceFolder.open(folder).checkpoint());
  }

  @Test
  void refusesAFolderWithoutConfiguration() {
    refuses(
        "the folder has no config.json, so it is not a model of Hugging Face",
        HuggingFaceFolder::open);
  }

  @Test
  void refusesWhatIsNoFolder() throws IOException {
    Path file = write("file", "");

    assertThatThrownBy(() -> HuggingFaceFolder.open(file)).hasMessage(file + ": not a folder");
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> HuggingFaceFolder.open(missing))
        .hasMessage(missing + ": no such folder");
  }

  private void refuses(String message, Function<Path, Object> action) {
    assertThatThrownBy(() -> action.apply(folder))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(folder + ": " + message);
  }
}
