package dev.quern.formats.hub;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/// Finds models that Hugging Face's programs have fetched.
///
/// @param folder the cache
public record HubCache(Path folder) {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final int LONGEST = 1000;

  /// The folder with the files of `id`, if the cache has that revision.
  ///
  /// @throws MalformedFileException if the cache is damaged
  public Optional<Path> find(HubId id) {
    Path model = folder.resolve("models--" + id.name().replace("/", "--"));
    Path reference = model.resolve("refs").resolve(id.revision());
    String commit = Files.isRegularFile(reference) ? commit(reference) : id.revision();
    Path snapshot = model.resolve("snapshots").resolve(commit);
    return Optional.of(snapshot).filter(Files::isDirectory);
  }

  private static String commit(Path reference) {
    try {
      String text = Files.size(reference) > LONGEST ? "" : Files.readString(reference).strip();
      if (!COMMIT.matcher(text).matches()) {
        throw new MalformedFileException(
            reference, "the file does not name a commit, wanted 40 hexadecimal digits");
      }
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
