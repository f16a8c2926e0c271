package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Every architecture that quern knows.
public final class Architectures {
  private static final List<Architecture> ALL =
      List.of(
          new Baichuan(),
          new Bloom(),
          new Cohere2(),
          new ChatGlm(),
          new CommandR(),
          new Deepseek(),
          new Deepseek2(),
          new Exaone(),
          new Exaone4(),
          new Falcon(),
          new Gemma(),
          new Gemma2(),
          new Gemma3(),
          new Glm4(),
          new Gpt2(),
          new GptBigCode(),
          new GptJ(),
          new GptNeoX(),
          new GptOss(),
          new Granite(),
          new GraniteMoe(),
          new InternLm2(),
          new Llama(),
          new Mamba(),
          new Mamba2(),
          new MiniCpm(),
          new Mixtral(),
          new Mpt(),
          new Nemotron(),
          new OlMoe(),
          new Olmo(),
          new Olmo2(),
          new Phi2(),
          new Phi3(),
          new PhiMoe(),
          new Qwen1(),
          new Qwen2(),
          new Qwen2Moe(),
          new Qwen3(),
          new Qwen3Moe(),
          new Rwkv6(),
          new SmolLm3(),
          new StableLm(),
          new StarCoder2());

  private Architectures() {}

  /// All of them, by id.
  public static List<Architecture> all() {
    return ALL;
  }

  /// The one whose GGUF id is `id`.
  public static Optional<Architecture> byId(String id) {
    return ALL.stream().filter(architecture -> architecture.id().equals(id)).findFirst();
  }

  /// The one that a config.json names under `architectures`.
  ///
  /// @throws MalformedFileException if it names none that is known
  public static Architecture of(ModelConfig config) {
    List<String> classes = config.texts("architectures");
    return classes.stream()
        .flatMap(name -> ALL.stream().filter(one -> one.classNames().contains(name)))
        .findFirst()
        .orElseThrow(() -> unknown(config, classes));
  }

  /// The one that the user names by its id or by a class name.
  ///
  /// @throws IllegalArgumentException if there is none
  public static Architecture named(String name) {
    return ALL.stream()
        .filter(one -> one.id().equals(name) || one.classNames().contains(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no architecture is called \"%s\"; the closest is \"%s\" (quern architectures lists all)"
                        .formatted(name, closest(name, true))));
  }

  private static MalformedFileException unknown(ModelConfig config, List<String> classes) {
    if (classes.isEmpty()) {
      return new MalformedFileException(
          config.file(),
          "architectures names no class; --as NAME says which of those that quern architectures"
              + " lists it is");
    }
    String near = closest(classes.getFirst(), false);
    String id = named(near).id();
    return new MalformedFileException(
        config.file(),
        "architectures names %s, which is not known; the closest by name is %s (%s): --as %s converts as that if tensors and settings are the same, otherwise a file is wanted that says its names, extents and transforms (see CONTRIBUTING.md)"
            .formatted(String.join(", ", classes), near, id, id));
  }

  private static String closest(String name, boolean ids) {
    Stream<String> classes = ALL.stream().flatMap(one -> one.classNames().stream());
    Stream<String> names =
        ids ? Stream.concat(ALL.stream().map(Architecture::id), classes) : classes;
    return names.min(Comparator.comparingInt(known -> distance(name, known))).orElseThrow();
  }

  /// How many characters must be put in, taken out or replaced to make one name the other.
  private static int distance(String one, String other) {
    int[] row = IntStream.rangeClosed(0, other.length()).toArray();
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        boolean same =
            Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1));
        int replaced = diagonal + (same ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
