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
          new Baichuan(),
          new Bloom(),
          new Cohere2(),
          new CommandR(),
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
          new Granite(),
          new InternLm2(),
          new Llama(),
          new MiniCpm(),
          new Mpt(),
          new Nemotron(),
          new Olmo(),
          new Olmo2(),
          new Phi2(),
          new Phi3(),
          new Qwen1(),
          new Qwen2(),
          new Qwen3(),
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

  private static MalformedFileException unknown(ModelConfig config, List<String> classes) {
    String known =
        ALL.stream().flatMap(one -> one.classNames().stream()).collect(Collectors.joining(", "));
    String found = classes.isEmpty() ? "names no class" : "names " + String.join(", ", classes);
    return new MalformedFileException(
        config.file(), "architectures " + found + "; known are " + known);
  }
}
