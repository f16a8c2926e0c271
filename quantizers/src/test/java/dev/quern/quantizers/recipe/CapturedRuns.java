package dev.quern.quantizers.recipe;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Shape;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/// What `src/test/golden/capture-recipes.py` saw llama-quantize do.
final class CapturedRuns {
  /// One run on a model.
  ///
  /// @param options flags and the name of the recipe
  /// @param types one for each tensor; none if llama-quantize gave up
  record Run(
      String model,
      ModelFacts facts,
      List<TensorFacts> tensors,
      String options,
      List<GgmlType> types) {
    @Override
    public String toString() {
      return model + " " + options;
    }
  }

  private CapturedRuns() {}

  static List<Run> all() {
    List<Run> runs = new ArrayList<>();
    String model = "";
    ModelFacts facts = new ModelFacts("", 0, 0, 0, 0);
    List<TensorFacts> tensors = new ArrayList<>();
    for (String line : lines()) {
      List<String> words = Arrays.asList(line.split(" ", -1));
      switch (words.getFirst()) {
        case "model" -> {
          model = words.get(1);
          List<Integer> n = words.subList(3, 7).stream().map(Integer::valueOf).toList();
          facts = new ModelFacts(words.get(2), n.get(0), n.get(1), n.get(2), n.get(3));
          tensors = new ArrayList<>();
        }
        case "tensor" -> {
          List<Long> extents = words.subList(3, words.size()).stream().map(Long::valueOf).toList();
          GgmlType kept = GgmlType.valueOf(words.get(2));
          tensors.add(new TensorFacts(words.get(1), kept, new Shape(extents)));
        }
        default -> {
          int colon = line.indexOf(": ");
          String options = line.substring("types ".length(), colon);
          runs.add(new Run(model, facts, tensors, options, types(line.substring(colon + 2))));
        }
      }
    }
    return runs;
  }

  private static List<GgmlType> types(String text) {
    List<GgmlType> types = new ArrayList<>();
    if (text.equals("error")) {
      return types;
    }
    for (String stretch : text.split(" ", -1)) {
      int star = stretch.indexOf('*');
      GgmlType type = TypeOverride.type(stretch.substring(0, star));
      for (int i = Integer.parseInt(stretch.substring(star + 1)); i > 0; i--) {
        types.add(type);
      }
    }
    return types;
  }

  private static List<String> lines() {
    try (InputStream in = CapturedRuns.class.getResourceAsStream("/golden/recipes.txt.gz");
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(
                    new GZIPInputStream(Objects.requireNonNull(in)), StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
