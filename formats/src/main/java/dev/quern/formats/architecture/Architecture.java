package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.SequencedMap;

/// A model family: what its files are called on both sides of a conversion.
public interface Architecture {
  /// The id in `general.architecture`, which also begins the keys of its metadata.
  String id();

  /// The class names under `architectures` in config.json that this family answers to.
  List<String> classNames();

  /// `config` with what the family's class assumes where config.json is silent.
  ModelConfig complete(ModelConfig config);

  /// Writes the metadata of the model, in the reference converter's order; most families begin with
  /// [Hyperparameters#usual()].
  ///
  /// @param config completed
  void describe(ModelConfig config, Hyperparameters parameters);

  /// Says for every tensor of the GGUF where it comes from, in the order of the reference
  /// converter, and what is wrong with the checkpoint.
  ///
  /// @param config completed
  TensorMap map(ModelConfig config, Checkpoint checkpoint);

  /// Changes what the tokenizer's files say to what the family writes.
  ///
  /// @param config completed
  /// @param metadata all metadata of the tokenizer
  default void adaptVocabulary(ModelConfig config, SequencedMap<String, MetadataValue> metadata) {}

  /// What was compared to know that a conversion is right, in a few words.
  default String proof() {
    return "files equal the reference converter's to the byte";
  }

  /// What was compared to know that the engine computes it right, in a few words.
  default String proofOfRun() {
    return "logits PyTorch's on several seeds, see docs/families.md";
  }

  /// How the blocks of a model in GGUF form compute, read from its metadata.
  ///
  /// @throws dev.quern.formats.MalformedFileException if a key is missing or makes no sense, or the
  ///   engine has not learned the family
  default DecoderTraits traits(ModelView model) {
    return DecoderTraits.of(model);
  }
}
