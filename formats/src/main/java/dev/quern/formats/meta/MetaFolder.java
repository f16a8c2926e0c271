package dev.quern.formats.meta;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.pytorch.PyTorchFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A folder with a LLaMA as Meta publishes it; see the package documentation.
public final class MetaFolder {
  private static final String PARAMS = "params.json";
  private static final String TOKENIZER = "tokenizer.model";
  private static final Pattern RANK = Pattern.compile("consolidated\\.([0-9]{2})\\.pth");

  private final Path path;
  private final ModelConfig params;

  private MetaFolder(Path path) {
    this.path = path;
    this.params = ModelConfig.read(path.resolve(PARAMS));
  }

  /// True if the folder `path` has Meta's files and is none of Hugging Face's.
  public static boolean isOne(Path path) {
    return Files.isRegularFile(path.resolve(PARAMS))
        && Files.isRegularFile(path.resolve("consolidated.00.pth"))
        && !Files.exists(path.resolve("config.json"));
  }

  /// Reads the parameters of the model in the folder `path`, which [#isOne].
  public static MetaFolder open(Path path) {
    return new MetaFolder(path);
  }

  /// The folder.
  public Path path() {
    return path;
  }

  /// `params.json`.
  public ModelConfig params() {
    return params;
  }

  /// `tokenizer.model`, from this folder or the one above.
  ///
  /// @throws MalformedFileException if it is in neither
  public Path tokenizer() {
    Path own = path.resolve(TOKENIZER);
    Optional<Path> above =
        Optional.ofNullable(path.toAbsolutePath().normalize().getParent())
            .map(folder -> folder.resolve(TOKENIZER));
    if (Files.isRegularFile(own)) {
      return own;
    }
    return above
        .filter(Files::isRegularFile)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    path, "there is no tokenizer.model, neither here nor in the folder above"));
  }

  /// Opens the weights of all ranks as one checkpoint.
  public Checkpoint checkpoint() {
    List<Path> files = ranks();
    List<Checkpoint> ranks = PyTorchFile.openAll(files);
    try {
      return ModelParallel.of(files.getFirst(), ranks, params.integer("dim"));
    } catch (RuntimeException e) {
      ranks.forEach(Checkpoint::close);
      throw e;
    }
  }

  private List<Path> ranks() {
    try (Stream<Path> all = Files.list(path)) {
      List<Path> files =
          all.filter(file -> RANK.matcher(String.valueOf(file.getFileName())).matches())
              .sorted()
              .toList();
      for (int rank = 0; rank < files.size(); rank++) {
        String wanted = "consolidated.%02d.pth".formatted(rank);
        if (!files.get(rank).getFileName().toString().equals(wanted)) {
          throw new MalformedFileException(
              path, wanted + " is not there, but " + files.getLast().getFileName() + " is");
        }
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What `config.json` would say of the model whose weights are `checkpoint`.
  public ModelConfig config(Checkpoint checkpoint) {
    return new MetaParams(params, checkpoint).config();
  }

  /// On what the configuration does not say and was concluded, a line each.
  public List<String> notes(Checkpoint checkpoint) {
    return List.of(new MetaParams(params, checkpoint).note());
  }

  /// True if the model is of LLaMA 3.1 or later.
  public boolean isNewer() {
    return MetaParams.isScaled(params);
  }

  /// Rows of the embedding of `checkpoint`.
  public static long vocabulary(Checkpoint checkpoint) {
    return rows(checkpoint, "tok_embeddings.weight");
  }

  static long rows(Checkpoint checkpoint, String name) {
    SourceTensor tensor =
        checkpoint
            .tensor(name)
            .orElseThrow(
                () ->
                    new MalformedFileException(
                        checkpoint.path(), "there is no tensor " + name + ", so it is no LLaMA"));
    return tensor.shape().rows();
  }
}
