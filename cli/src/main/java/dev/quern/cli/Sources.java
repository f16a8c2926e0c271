package dev.quern.cli;

import dev.quern.converter.ModelSource;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.hub.HubCache;
import dev.quern.formats.hub.HubId;
import dev.quern.formats.hub.HubModel;
import dev.quern.formats.hub.HubSettings;
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
    Optional<HubId> id = HubId.parse(source).filter(_ -> !Files.exists(source));
    if (id.isEmpty()) {
      return ModelSource.open(source, options);
    }
    if (id.get().remote()) {
      return ModelSource.openHub(HubModel.open(id.get(), settings()), options);
    }
    Path snapshot =
        cache()
            .find(id.get())
            .orElseThrow(
                () ->
                    new MalformedFileException(
                        source,
                        "no such file or folder, and the cache %s has no such model; hf://%s fetches it"
                            .formatted(cache().folder(), source)));
    return ModelSource.openSnapshot(id.get(), snapshot, options);
  }

  /// As [#open], but of what can be read again and again.
  ModelSource openLocal(Path source, SourceOptions options) {
    if (HubId.parse(source).filter(HubId::remote).isPresent()) {
      throw new MalformedFileException(
          source,
          "models of hf:// are fetched while they are read, once, by quern convert; fetch the model"
              + " first, or convert it");
    }
    return open(source, options);
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
