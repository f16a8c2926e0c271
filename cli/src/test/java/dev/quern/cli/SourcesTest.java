package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SourcesTest {
  @TempDir private Path home = Path.of("");

  @Test
  void looksForIdsInTheCacheThatTheEnvironmentNames() throws IOException {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    Path model = home.resolve("hub/models--owner--name");
    Files.createDirectories(model.resolve("snapshots").resolve(commit));
    Files.createDirectories(model.resolve("refs"));
    Files.writeString(model.resolve("refs/main"), commit);
    Path id = Path.of("owner/name");

    for (Map<String, String> environment :
        List.of(
            Map.of("HF_HOME", home.toString()),
            Map.of("HF_HUB_CACHE", home.resolve("hub").toString(), "HF_HOME", "/nowhere"))) {
      assertThatThrownBy(() -> new Sources(environment).open(id, SourceOptions.defaults()).close())
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining("the folder has no config.json");
    }
    assertThatThrownBy(
            () ->
                new Sources(Map.of("HOME", "/nowhere")).open(id, SourceOptions.defaults()).close())
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "owner/name: no such file or folder, and the cache /nowhere/.cache/huggingface/hub has"
                + " no such model; hf://owner/name fetches it");
  }

  @Test
  void refusesToReadAModelOfTheHubAgainAndAgain() {
    Path id = Path.of("hf://owner/name");
    assertThatThrownBy(() -> new Sources(Map.of()).openLocal(id, SourceOptions.defaults()).close())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("fetched while it is read, and this would read it again and again");
  }
}
