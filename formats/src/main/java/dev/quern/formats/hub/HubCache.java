package dev.quern.formats.hub;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Finds models that Hugging Face's programs have fetched.
///
/// @param folder the cache
public record HubCache(Path folder) {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final int LONGEST = 1000;
  private static final int DEEPEST = 16;
  private static final String BLOBS = "blobs";

  /// The folder with the files of `id`, if the cache has that revision.
  ///
  /// @throws MalformedFileException if the cache is damaged, or a file of the model is a link that
  ///   leads out of it
  public Optional<Path> find(HubId id) {
    Path model = folder.resolve("models--" + id.name().replace("/", "--"));
    Path reference = model.resolve("refs").resolve(id.revision());
    String commit = Files.isRegularFile(reference) ? commit(reference) : id.revision();
    Path snapshot = model.resolve("snapshots").resolve(commit);
    if (!Files.isDirectory(snapshot)) {
      return Optional.empty();
    }
    checkLinks(model, snapshot);
    return Optional.of(snapshot);
  }

  /// The files of a snapshot are links to the model's blobs. The folders above them may be links
  /// too, to another disk.
  private static void checkLinks(Path model, Path snapshot) {
    try (Stream<Path> files = Files.walk(snapshot, DEEPEST)) {
      Path home = model.toRealPath();
      Path blobs = Files.isDirectory(home.resolve(BLOBS)) ? home.resolve(BLOBS).toRealPath() : home;
      for (Path file : (Iterable<Path>) files.filter(Files::isSymbolicLink)::iterator) {
        if (!Files.exists(file)) {
          throw new MalformedFileException(
              file, "the file is a link to one that is not there; fetch the model again");
        }
        Path target = file.toRealPath();
        if (!target.startsWith(home) && !target.startsWith(blobs)) {
          throw new MalformedFileException(
              file,
              "the file is a link to " + target + ", which is not in the cache of this model");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
