package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.Sha256;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Files that are quantized with importance equal those of llama-quantize to the byte, metadata
/// included: a dense block and experts, one of which saw nothing, and columns and whole blocks that
/// count nothing. The hashes come from `src/test/golden/make-importance-goldens.py`.
final class ImportanceGoldenTest {
  private static final Path GOLDEN = Path.of("src/test/resources/importance");

  @TempDir private Path scratch = Path.of("");

  @ParameterizedTest
  @CsvSource({
    "imatrix.gguf, '', '', ''",
    "imatrix.dat, '', '', ''",
    "imatrix.gguf, ' without attn', '', attn_ zzz",
    "imatrix.dat, ' without attn', '', attn_ zzz",
    "imatrix.gguf, ' only ffn and attn_k', ffn attn_k, ''",
    "imatrix.dat, ' only ffn and attn_k', ffn attn_k, ''",
  })
  void writesTheFilesOfTheReference(String file, String label, String included, String excluded)
      throws IOException {
    JsonNode hashes =
        new ObjectMapper().readTree(GOLDEN.resolve("goldens.json").toFile()).get(file + label);
    List<Target> targets = new ArrayList<>();
    hashes
        .fieldNames()
        .forEachRemaining(
            name -> targets.add(new Target(Recipe.named(name), scratch.resolve(name))));
    try (ImportanceMatrix matrix = ImportanceMatrix.open(GOLDEN.resolve(file));
        ModelSource source =
            ModelSource.open(GOLDEN.resolve("model.gguf"), SourceOptions.defaults())) {
      ImportanceRequest importance =
          new ImportanceRequest(matrix, words(included), words(excluded), 0);
      ConversionRequest request =
          new ConversionRequest(
              targets, RecipeOptions.NONE, false, false, GgufOptions.NONE, importance);
      Conversion.run(
          Planner.plan(source, request),
          new ConversionOptions(3, false, false, (done, total) -> {}));
    }
    for (Target target : targets) {
      assertThat(Sha256.of(Files.readAllBytes(target.path())))
          .as(target.recipe().name())
          .isEqualTo(hashes.get(target.recipe().name()).textValue());
    }
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}
