package dev.quern.cli;

import dev.quern.converter.ModelSource;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.container.Container;
import dev.quern.formats.hub.HubCache;
import dev.quern.formats.hub.HubId;
import dev.quern.formats.hub.HubModel;
import dev.quern.formats.hub.HubSettings;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.quantized.QuantizedCheckpoint;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Opens what a user calls SOURCE: a folder, a file, or a model of the Hugging Face Hub.
///
/// | variable | what it says |
/// |---|---|
/// | `HF_HUB_CACHE`, else `HF_HOME` and `/hub`, else `~/.cache/huggingface/hub` | where fetched models are |
/// | `HF_ENDPOINT` | another Hub than https://huggingface.co |
/// | `HF_TOKEN` | who asks |
///
/// @param environment these variables
record Sources(Map<String, String> environment) {
  /// As the environment says.
  static Sources ofThisProcess() {
    return new Sources(System.getenv());
  }

  /// Opens `source`; what does not exist as a file or folder may be a model's id.
  ///
  /// @throws MalformedFileException if there is nothing there that is known, or it is damaged
  ModelSource open(Path source, SourceOptions options) {
    Optional<HubId> id = id(source);
    if (id.isEmpty()) {
      return ModelSource.open(source, options);
    }
    return id.get().remote()
        ? ModelSource.openHub(HubModel.open(id.get(), settings()), options)
        : ModelSource.openSnapshot(id.get(), snapshot(source, id.get()), options);
  }

  /// As [#open], but of what can be read again and again.
  ModelSource openLocal(Path source, SourceOptions options) {
    if (isRemote(source)) {
      throw new MalformedFileException(
          source,
          "a model of hf:// is fetched while it is read, and this would read it again and again:"
              + " shrink or convert it, and use the result, or fetch it first");
    }
    return open(source, options);
  }

  /// True if `source` is fetched while it is read.
  static boolean isRemote(Path source) {
    return id(source).filter(HubId::remote).isPresent();
  }

  /// The weights of the model of the Hub that `source` names, fetched when they are read.
  Checkpoint remote(Path source) {
    HubModel model = HubModel.open(id(source).orElseThrow(), settings());
    try {
      ModelConfig config = HuggingFaceFolder.open(model.folder()).config();
      return QuantizedCheckpoint.of(config, model.checkpoint());
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /// What `source` is, which may be the id of a model in the cache but not a remote one.
  ///
  /// @throws MalformedFileException if there is nothing there that is known
  Container recognize(Path source) {
    return Container.of(id(source).map(id -> snapshot(source, id)).orElse(source));
  }

  private static Optional<HubId> id(Path source) {
    return HubId.parse(source).filter(_ -> !Files.exists(source));
  }

  private Path snapshot(Path source, HubId id) {
    return cache()
        .find(id)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    source,
                    "no such file or folder, and the cache %s has no such model; hf://%s fetches it"
                        .formatted(cache().folder(), source)));
  }

  private HubSettings settings() {
    String endpoint = variable("HF_ENDPOINT").orElse("https://huggingface.co");
    String plain = endpoint.endsWith("/") ? endpoint.substring(0, endpoint.length() - 1) : endpoint;
    return HubSettings.of(URI.create(plain), variable("HF_TOKEN"));
  }

  private HubCache cache() {
    Path home = Path.of(variable("HOME").orElse(""), ".cache", "huggingface");
    Path folder =
        variable("HF_HUB_CACHE")
            .map(Path::of)
            .orElseGet(() -> variable("HF_HOME").map(Path::of).orElse(home).resolve("hub"));
    return new HubCache(folder);
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
