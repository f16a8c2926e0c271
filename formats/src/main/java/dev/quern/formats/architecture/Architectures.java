package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every architecture that quern knows.
public final class Architectures {
  private static final List<Architecture> ALL =
      List.of(
          new Llama(),
          new GptNeoX(),
          new Gpt2(),
          new Qwen2(),
          new Falcon(),
          new Bloom(),
          new Deepseek(),
          new Deepseek2(),
          new GptOss(),
          new Mamba(),
          new Mamba2(),
          new Mixtral(),
          new OlMoe(),
          new Qwen2Moe(),
          new Qwen3Moe());

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

  private static MalformedFileException unknown(ModelConfig config, List<String> classes) {
    String known =
        ALL.stream().flatMap(one -> one.classNames().stream()).collect(Collectors.joining(", "));
    String found = classes.isEmpty() ? "names no class" : "names " + String.join(", ", classes);
    return new MalformedFileException(
        config.file(), "architectures " + found + "; known are " + known);
  }
}
