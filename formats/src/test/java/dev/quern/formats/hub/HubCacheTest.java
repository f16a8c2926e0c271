package dev.quern.formats.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The cache of Hugging Face's programs, and ways that lead out of it.
final class HubCacheTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir private Path folder = Path.of("");

  private Path model() throws IOException {
    Path model = folder.resolve("cache").resolve("models--owner--name");
    Files.createDirectories(model.resolve("refs"));
    Files.createDirectories(model.resolve("snapshots").resolve(COMMIT));
    Files.createDirectories(folder.resolve("outside"));
    return model;
  }

  @Test
  void findsTheSnapshotThatAReferenceNames() throws IOException {
    Path model = model();
    Files.writeString(model.resolve("refs").resolve("main"), COMMIT + "\n");
    HubCache cache = new HubCache(folder.resolve("cache"));
    assertThat(cache.find(HubId.parse(Path.of("owner/name")).orElseThrow()))
        .contains(model.resolve("snapshots").resolve(COMMIT));
    assertThat(cache.find(HubId.parse(Path.of("owner/name@" + COMMIT)).orElseThrow()))
        .contains(model.resolve("snapshots").resolve(COMMIT));
    assertThat(cache.find(HubId.parse(Path.of("owner/other")).orElseThrow())).isEmpty();
  }

  @Test
  void followsLinksToBlobsOnAnotherDisk() throws IOException {
    Path model = model();
    Path blobs = Files.createDirectories(folder.resolve("disk").resolve("blobs"));
    Files.createSymbolicLink(model.resolve("blobs"), blobs);
    Files.writeString(blobs.resolve("abc"), "{}");
    Path snapshot = model.resolve("snapshots").resolve(COMMIT);
    Files.createSymbolicLink(snapshot.resolve("config.json"), Path.of("../../blobs/abc"));
    assertThat(find()).contains(snapshot);
  }

  @ParameterizedTest
  @CsvSource({
    "../../../../outside/secret, which is not in the cache of this model",
    "../../../models--owner--other/blobs/secret, which is not in the cache of this model",
    "../../blobs/missing, the file is a link to one that is not there"
  })
  void refusesLinksThatLeadOutOfTheModelOrNowhere(String target, String message)
      throws IOException {
    Path model = model();
    Files.createDirectories(model.resolve("blobs"));
    Files.writeString(folder.resolve("outside").resolve("secret"), "key");
    Path other = model.resolveSibling("models--owner--other").resolve("blobs");
    Files.writeString(Files.createDirectories(other).resolve("secret"), "key");
    Path link = model.resolve("snapshots").resolve(COMMIT).resolve("chat_template.jinja");
    Files.createSymbolicLink(link, Path.of(target));
    assertThatThrownBy(this::find)
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(link + ": ")
        .hasMessageContaining(message);
  }

  private Optional<Path> find() {
    HubId id = HubId.parse(Path.of("owner/name@" + COMMIT)).orElseThrow();
    return new HubCache(folder.resolve("cache")).find(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../../outside",
        "/etc",
        "",
        "0123456789abcdef0123456789abcdef0123456",
        "0123456789abcdef0123456789abcdef01234567/../../../../outside"
      })
  void refusesReferencesThatNameNoCommit(String content) throws IOException {
    Path reference = model().resolve("refs").resolve("main");
    Files.writeString(reference, content);
    HubId id = HubId.parse(Path.of("owner/name")).orElseThrow();
    assertThatThrownBy(() -> new HubCache(folder.resolve("cache")).find(id))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(reference + ": the file does not name a commit, wanted 40 hexadecimal digits");
  }

  @Test
  void refusesAReferenceThatIsNoLine() throws IOException {
    Path reference = model().resolve("refs").resolve("main");
    Files.write(reference, new byte[1 << 20]);
    HubId id = HubId.parse(Path.of("owner/name")).orElseThrow();
    assertThatThrownBy(() -> new HubCache(folder.resolve("cache")).find(id))
        .isInstanceOf(MalformedFileException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../name",
        "owner/..",
        "owner/name@../../outside",
        "owner/name@a/../../b",
        "hf://../name",
        "hf://owner/name@..",
        "/etc/passwd",
        "owner/name/more"
      })
  void takesNoPathForAnId(String text) {
    assertThat(HubId.parse(Path.of(text))).isEmpty();
  }
}
