package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Which blocks of a model look through a window, as its configuration says in one of several ways.
final class WindowPatterns {
  private WindowPatterns() {}

  /// For each block whether it looks through the window: by `layer_types`, by the letters of
  /// `sliding_window_pattern`, or all but every so many.
  ///
  /// @param config completed
  /// @param usual one block of so many sees everything where nothing is said
  static List<Boolean> of(ModelConfig config, int usual) {
    int layers = Dimensions.of(config).layers();
    List<String> types = config.texts("layer_types");
    if (!types.isEmpty()) {
      if (types.size() != layers) {
        throw new MalformedFileException(
            config.file(), "layer_types has " + types.size() + " entries, wanted " + layers);
      }
      return types.stream().map("sliding_attention"::equals).toList();
    }
    if (config.isText("sliding_window_pattern")) {
      String letters = config.text("sliding_window_pattern");
      if (letters.isEmpty()) {
        throw new MalformedFileException(
            config.file(), "sliding_window_pattern is empty, wanted letters such as LLLG");
      }
      return blocks(layers)
          .mapToObj(layer -> letters.charAt((layer - 1) % letters.length()) == 'L')
          .toList();
    }
    int period =
        config.has("sliding_window_pattern")
            ? Dimensions.positive(config, 10_000, "sliding_window_pattern")
            : usual;
    return everyBut(period, layers);
  }

  /// Writes which blocks look through the window, if it is not all but every `usual`th, which
  /// readers of the family's files assume: as the length of a period if there is one.
  ///
  /// @param config completed
  static void writeUnusual(ModelConfig config, Hyperparameters out, int usual) {
    List<Boolean> pattern = of(config, usual);
    if (pattern.equals(everyBut(usual, pattern.size()))) {
      return;
    }
    int first = pattern.indexOf(false);
    int period = first < 0 ? pattern.size() + 1 : first + 1;
    if (pattern.equals(everyBut(period, pattern.size()))) {
      out.count("attention.sliding_window_pattern", period);
    } else {
      out.flags("attention.sliding_window_pattern", pattern);
    }
  }

  private static List<Boolean> everyBut(int period, int layers) {
    return blocks(layers).mapToObj(layer -> layer % period != 0).toList();
  }

  /// Writes the window of a Qwen that uses it, and which blocks do: by `layer_types`, or those that
  /// its class means. llama.cpp has no window in these families.
  ///
  /// @param config completed
  /// @param usual for each block whether it looks through the window where nothing is said
  static void writeQwens(ModelConfig config, Hyperparameters out, IntPredicate usual) {
    if (!config.optionalFlag("use_sliding_window").orElse(false)) {
      return;
    }
    List<Boolean> blocks =
        config.texts("layer_types").isEmpty()
            ? blocks(Dimensions.of(config).layers()).mapToObj(i -> usual.test(i - 1)).toList()
            : of(config, 1);
    if (blocks.contains(true)) {
      out.count("attention.sliding_window", "sliding_window")
          .flags("attention.sliding_window_pattern", blocks);
    }
  }

  /// The first block that Qwen 2 and 3 look through the window in.
  static long firstOfQwen(ModelConfig config) {
    return config.optionalInteger("max_window_layers").orElse(28);
  }

  private static IntStream blocks(int layers) {
    return IntStream.rangeClosed(1, layers);
  }
}
