package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A folder whose weights are Flax's alone, laid out as transformers does it.
final class FlaxFolderTest {
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final List<String> EMBEDDINGS =
      List.of("wte", "wpe", "embed_tokens", "word_embeddings");

  @TempDir private Path scratch = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "gptj", "bloom", "gemma", "llama-bias"})
  void becomesTheFileThatPyTorchsWeightsBecome(String name) throws IOException {
    JsonNode golden = new ObjectMapper().readTree(GOLDEN.resolve("families.json").toFile());
    Path folder = scratch.resolve("model");
    FamilyModel.write(folder, GOLDEN.resolve("families-tokenizers"), golden.get(name), 3);
    byte[] wanted = convert(folder, "wanted.gguf");
    Path safetensors = folder.resolve("model.safetensors");
    try (Checkpoint weights = SafetensorsFile.open(safetensors)) {
      Files.write(folder.resolve("flax_model.msgpack"), packed(weights.tensors()));
    }
    Files.delete(safetensors);
    assertThat(convert(folder, "flax.gguf")).isEqualTo(wanted);
  }

  private byte[] convert(Path folder, String name) throws IOException {
    Path target = scratch.resolve(name);
    try (ModelSource source = ModelSource.open(folder, SourceOptions.defaults())) {
      ConversionRequest request =
          new ConversionRequest(
              List.of(new Target(Recipe.named("F32"), target)), RecipeOptions.NONE, false, false);
      Conversion.run(
          Planner.plan(source, request), new ConversionOptions(1, false, false, (_, _) -> {}));
    }
    return Files.readAllBytes(target);
  }

  private static byte[] packed(List<SourceTensor> tensors) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeByte(0xde); // a map
    out.writeShort(tensors.size());
    for (SourceTensor tensor : tensors) {
      write(tensor, out);
    }
    return bytes.toByteArray();
  }

  private static void write(SourceTensor tensor, DataOutputStream out) throws IOException {
    byte[] numbers = tensor.bytes().toArray(ValueLayout.JAVA_BYTE);
    int length = (int) tensor.shape().rowLength();
    int rows = (int) tensor.shape().rows();
    if (!tensor.name().endsWith(".weight")) {
      write(tensor.name(), numbers, out, length);
      return;
    }
    String name = tensor.name().substring(0, tensor.name().length() - "weight".length());
    if (tensor.shape().rank() == 1) {
      boolean biased = name.matches(".*(ln_|layernorm|ln_f).*");
      write(name + (biased ? "scale" : "weight"), numbers, out, length);
    } else if (EMBEDDINGS.stream().anyMatch(one -> name.endsWith(one + "."))) {
      write(name + "embedding", numbers, out, rows, length);
    } else {
      write(name + "kernel", transposed(numbers, rows, length), out, length, rows);
    }
  }

  private static byte[] transposed(byte[] numbers, int rows, int length) {
    byte[] turned = new byte[numbers.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < length; column++) {
        System.arraycopy(
            numbers, 4 * (row * length + column), turned, 4 * (column * rows + row), 4);
      }
    }
    return turned;
  }

  private static void write(String name, byte[] numbers, DataOutputStream out, int... extents)
      throws IOException {
    ByteArrayOutputStream array = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(array);
    fields.writeByte(0x93); // three fields: extents, type, numbers
    fields.writeByte(0x90 + extents.length);
    for (int extent : extents) {
      fields.writeByte(0xce);
      fields.writeInt(extent);
    }
    writeText("float32", fields);
    fields.writeByte(0xc6);
    fields.writeInt(numbers.length);
    fields.write(numbers);
    writeText(name, out);
    out.writeByte(0xc9); // an extension of type 1
    out.writeInt(array.size());
    out.writeByte(1);
    array.writeTo(out);
  }

  private static void writeText(String text, DataOutputStream out) throws IOException {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    out.writeByte(0xd9);
    out.writeByte(utf8.length);
    out.write(utf8);
  }
}
