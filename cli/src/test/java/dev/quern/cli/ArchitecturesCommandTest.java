package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ArchitecturesCommandTest {
  private static final Path TINY = Path.of("../converter/src/test/resources/golden/tiny-llama");

  @TempDir private Path scratch = Path.of("");

  @Test
  void listsFamiliesWithTheirClassesAndWhatTheyCan() throws IOException {
    Run run = Run.of("architectures", "--json");
    assertThat(run.code()).isZero();
    List<String> ids = new ArrayList<>();
    for (JsonNode family : new ObjectMapper().readTree(run.out()).get("architectures")) {
      ids.add(family.get("id").textValue());
      assertThat(family.get("classes")).isNotEmpty();
      assertThat(family.get("proof").textValue()).isNotBlank();
      if (family.get("id").textValue().equals("llama")) {
        assertThat(family.get("run").booleanValue()).isTrue();
        assertThat(family.get("proof_of_run").textValue()).contains("PyTorch");
      }
    }
    assertThat(ids).isSorted().contains("bloom", "gemma3", "llama", "qwen2");
    assertThat(Run.of("architectures").out()).contains("GPTNeoXForCausalLM");
  }

  @Test
  void convertsAnUnknownClassAsTheOneThatIsNamed() throws IOException {
    Path model = scratch.resolve("model");
    Files.createDirectories(model);
    try (Stream<Path> files = Files.list(TINY)) {
      for (Path file : files.toList()) {
        Files.copy(file, model.resolve(file.getFileName()));
      }
    }
    ObjectMapper json = new ObjectMapper();
    ObjectNode config = (ObjectNode) json.readTree(model.resolve("config.json").toFile());
    config.putArray("architectures").add("LlamoForCausalLM");
    json.writeValue(model.resolve("config.json").toFile(), config);
    Run refused = convert(model);
    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err()).contains("closest by name is LlamaForCausalLM (llama): --as llama");
    assertThat(convert(model, "--as", "llama").code()).isZero();
    Run wrong = convert(model, "--as", "lama");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("--as: no architecture is called \"lama\"");
  }

  private Run convert(Path model, String... more) {
    List<String> arguments = new ArrayList<>(List.of("convert", model.toString(), "--to", "F16"));
    arguments.addAll(List.of("-o", scratch.resolve("out.gguf").toString(), "--force"));
    arguments.addAll(List.of(more));
    return Run.of(arguments.toArray());
  }
}
