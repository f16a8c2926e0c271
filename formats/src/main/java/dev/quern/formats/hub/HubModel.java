package dev.quern.formats.hub;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.JsonCursor;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.shards.ShardedCheckpoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A model of the Hub whose weights stay there until they are read.
public final class HubModel implements AutoCloseable {
  private static final long LARGEST_LIST = 16 << 20;
  private static final long LARGEST_FILE = 128 << 20;
  private static final String WEIGHTS = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /// Files that say what the model is and how text is cut.
  private static final Pattern SMALL =
      Pattern.compile("[A-Za-z0-9_.-]+\\.(json|model|txt|jinja|tiktoken)|README\\.md");

  private final HubId id;
  private final HubSettings settings;
  private final HubClient client;
  private final Path folder;
  private final String commit;
  private final Set<String> files;

  private HubModel(HubId id, HubSettings settings, HubClient client, Path folder) {
    this.id = id;
    this.settings = settings;
    this.client = client;
    this.folder = folder;
    this.files = new TreeSet<>();
    this.commit = list();
    for (String file : files) {
      if (SMALL.matcher(file).matches()) {
        write(file);
      }
    }
  }

  /// Asks for the model `id`, and fetches all of it but the weights.
  ///
  /// @throws MalformedFileException if it is not there, or may not be read
  public static HubModel open(HubId id, HubSettings settings) {
    HubClient client = new HubClient(settings);
    Path parent = null;
    try {
      parent = Files.createTempDirectory("quern-hub");
      return new HubModel(
          id, settings, client, Files.createDirectory(parent.resolve(id.shortName())));
    } catch (IOException e) {
      close(client, parent);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close(client, parent);
      throw e;
    }
  }

  /// Reads what the Hub says of the revision: its files, and the commit.
  private String list() {
    URI uri = uri("/api/models/" + id.name() + "/revision/" + id.revision().replace("/", "%2F"));
    byte[] json = client.all(uri, id.path(), LARGEST_LIST);
    JsonNode tree;
    try (JsonCursor cursor = new JsonCursor(id.path(), MemorySegment.ofArray(json), 0)) {
      tree = cursor.tree("the list of files", HeapBudget.ofThisJvm());
    }
    tree.path("siblings").forEach(file -> files.add(file.path("rfilename").asText()));
    String sha = tree.path("sha").asText();
    if (!sha.matches("[0-9a-f]{40}") || files.isEmpty()) {
      throw new MalformedFileException(
          id.path(), "the server names no commit and its files, is it a Hub?");
    }
    return sha;
  }

  private URI uri(String path) {
    return URI.create(settings.endpoint() + path);
  }

  private URI place(String file) {
    try {
      String path = "/" + id.name() + "/resolve/" + commit + "/" + file;
      return uri(new URI(null, null, path, null).toASCIIString());
    } catch (URISyntaxException e) {
      throw new MalformedFileException(id.path(), "no file can be called \"" + file + "\"", e);
    }
  }

  private void write(String file) {
    byte[] bytes = client.all(place(file), name(file), LARGEST_FILE);
    try {
      Files.write(folder.resolve(file), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path name(String file) {
    return id.path().resolve(file);
  }

  /// What it is called.
  public HubId id() {
    return id;
  }

  /// The commit that the revision stands for.
  public String commit() {
    return commit;
  }

  /// The folder with configuration and tokenizer, deleted when the model is closed.
  public Path folder() {
    return folder;
  }

  /// The weights, fetched when they are read. The model is closed with them.
  ///
  /// @throws MalformedFileException if there are no safetensors
  public Checkpoint checkpoint() {
    return new HubCheckpoint(weights(), this);
  }

  private Checkpoint weights() {
    Windows windows = new Windows(client);
    if (files.contains(WEIGHTS)) {
      return remote(windows, WEIGHTS, HeapBudget.ofThisJvm());
    }
    if (files.contains(INDEX)) {
      return ShardedCheckpoint.open(
          folder.resolve(INDEX),
          ".safetensors",
          (path, budget) -> remote(windows, String.valueOf(path.getFileName()), budget),
          path -> files.contains(String.valueOf(path.getFileName())));
    }
    throw new MalformedFileException(
        id.path(), "the model has no %s or %s, others are not fetched".formatted(WEIGHTS, INDEX));
  }

  private Checkpoint remote(Windows windows, String file, HeapBudget budget) {
    long size = client.size(place(file), name(file));
    RemoteFile bytes = new RemoteFile(windows, place(file), name(file), size);
    return SafetensorsFile.remote(name(file), bytes, budget);
  }

  @Override
  public void close() {
    close(client, folder.getParent());
  }

  private static void close(HubClient client, @Nullable Path folder) {
    client.close();
    if (folder == null || !Files.exists(folder)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
