package dev.quern.formats.container;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.ModelView;
import dev.quern.formats.flax.FlaxFile;
import dev.quern.formats.ggml.GgmlFile;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.llama2c.Llama2cFile;
import dev.quern.formats.meta.MetaFolder;
import dev.quern.formats.mistral.MistralFolder;
import dev.quern.formats.quantized.QuantizedCheckpoint;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file or folder with a model, told from what it has, and not opened yet.
public sealed interface Container {
  /// The file or folder.
  Path path();

  /// What it is, in a few words.
  String display();

  /// The whole model that it stands for: the folder that one file of weights belongs to, else
  /// itself. What else a file of PyTorch's needs lies beside it, but it is itself the weights.
  default Container model() {
    return this;
  }

  /// Tensors under the names of the program that trained them.
  sealed interface Published extends Container {
    /// Opens the weights, decoded if they are quantized and a configuration says so.
    Checkpoint checkpoint();
  }

  /// Metadata and tensors under GGML's names, in one file.
  sealed interface Ggml extends Container {
    /// Opens the model.
    ModelView view();
  }

  /// A LLaMA of the time before GGUF.
  sealed interface Legacy extends Ggml {}

  /// A folder of Hugging Face's.
  record HuggingFace(Path path) implements Published {
    @Override
    public String display() {
      return "Hugging Face folder";
    }

    @Override
    public Checkpoint checkpoint() {
      HuggingFaceFolder folder = HuggingFaceFolder.open(path);
      return decoded(folder.config(), folder.checkpoint());
    }
  }

  /// A folder as Mistral publishes it.
  record Mistral(Path path) implements Published {
    @Override
    public String display() {
      return "Mistral's folder";
    }

    @Override
    public Checkpoint checkpoint() {
      MistralFolder folder = MistralFolder.open(path);
      return decoded(folder.config(), folder.checkpoint());
    }
  }

  /// A folder as Meta publishes it.
  record Meta(Path path) implements Published {
    @Override
    public String display() {
      return "Meta's folder";
    }

    @Override
    public Checkpoint checkpoint() {
      return MetaFolder.open(path).checkpoint();
    }
  }

  /// One file of weights.
  record Weights(Path path) implements Published {
    @Override
    public String display() {
      if (isSafetensors()) {
        return "safetensors";
      }
      return FlaxFile.isOne(path) ? "Flax" : "PyTorch";
    }

    private boolean isSafetensors() {
      return path.toString().endsWith(".safetensors");
    }

    @Override
    public Checkpoint checkpoint() {
      return HuggingFaceFolder.weights(path).orElseThrow();
    }

    @Override
    public Container model() {
      Path folder = parent(path);
      if (MistralFolder.isWeights(path)) {
        return new Mistral(folder);
      }
      if (MetaFolder.isOne(folder)) {
        return new Meta(folder);
      }
      return isSafetensors() ? new HuggingFace(folder) : this;
    }
  }

  /// A GGUF, or the first of its parts.
  record Gguf(Path path) implements Ggml {
    @Override
    public String display() {
      return "GGUF";
    }

    @Override
    public GgufModel view() {
      return GgufModel.open(path);
    }
  }

  /// A file of llama.cpp's from before GGUF.
  record Older(Path path) implements Legacy {
    @Override
    public String display() {
      return "GGML, before GGUF";
    }

    @Override
    public ModelView view() {
      return GgmlFile.open(path);
    }
  }

  /// A model of llama2.c's.
  record Llama2c(Path path) implements Legacy {
    @Override
    public String display() {
      return "llama2.c";
    }

    @Override
    public ModelView view() {
      return Llama2cFile.open(path);
    }
  }

  /// What `path` is.
  ///
  /// @throws MalformedFileException if it does not exist, or is nothing that is known
  static Container of(Path path) {
    if (!Files.exists(path)) {
      throw new MalformedFileException(path, "no such file or folder");
    }
    if (Files.isDirectory(path)) {
      return folder(path);
    }
    String name = String.valueOf(path.getFileName());
    if (name.endsWith(".gguf") || isGguf(path)) {
      return new Gguf(path);
    }
    if (GgmlFile.isOne(path)) {
      return new Older(path);
    }
    if (Llama2cFile.isOne(path)) {
      return new Llama2c(path);
    }
    if (HuggingFaceFolder.isWeights(path)) {
      return new Weights(path);
    }
    if (name.endsWith(".json")) {
      return MistralFolder.isWeights(path) ? new Mistral(parent(path)) : folder(parent(path));
    }
    throw new MalformedFileException(
        path,
        "not a model that can be opened: wanted a folder of Hugging Face's, Mistral's or Meta's, a"
            + " .gguf file, a file of GGML's before GGUF or of llama2.c's, a .safetensors, a"
            + " file of PyTorch's (.bin, .pt, .pth, .ckpt) or of EasyLM's");
  }

  private static Container folder(Path path) {
    if (MistralFolder.isOne(path)) {
      return new Mistral(path);
    }
    return MetaFolder.isOne(path) ? new Meta(path) : new HuggingFace(path);
  }

  private static Checkpoint decoded(ModelConfig config, Checkpoint stored) {
    try {
      return QuantizedCheckpoint.of(config, stored);
    } catch (RuntimeException e) {
      stored.close();
      throw e;
    }
  }

  private static boolean isGguf(Path path) {
    try (MappedFile mapped = MappedFile.open(path)) {
      return mapped.bytes().byteSize() >= 4 && mapped.bytes().get(Le.INT, 0) == 0x46554747;
    }
  }

  private static Path parent(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }
}
