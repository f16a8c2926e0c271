package dev.quern.formats.architecture;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/// The metadata of a model's architecture while a family writes it. A key that is written again
/// keeps its place and gets the new value, as in the reference converter.
///
/// Keys are given without the family's id and a dot; the names of settings are those of
/// config.json, of which the first that is there counts. Source: `TextModel.set_gguf_parameters` of
/// llama.cpp 0.7.
public final class Hyperparameters {
  private static final long LARGEST = 0xffff_ffffL;
  private static final double USUAL_BASE = 10000;

  private final String id;
  private final ModelConfig config;
  private final int fileType;
  private final SequencedMap<String, MetadataValue> early = new LinkedHashMap<>();
  private final SequencedMap<String, MetadataValue> metadata = new LinkedHashMap<>();

  /// Nothing yet of a model of family `id`.
  ///
  /// @param config completed
  /// @param fileType what most of its tensors are
  public Hyperparameters(String id, ModelConfig config, int fileType) {
    this.id = id;
    this.config = config;
    this.fileType = fileType;
  }

  /// What was written, in order.
  public SequencedMap<String, MetadataValue> metadata() {
    return metadata;
  }

  /// Number of blocks, under whichever name.
  public static long blockCount(ModelConfig config) {
    return config.integer("n_layers", "num_hidden_layers", "n_layer", "num_layers");
  }

  /// Writes what most families have, and the file type last.
  public Hyperparameters usual() {
    blockCount();
    optionalCount(
        "context_length",
        "max_position_embeddings",
        "n_ctx",
        "n_positions",
        "max_length",
        "max_sequence_length",
        "model_max_length");
    optionalCount("embedding_length", "hidden_size", "n_embd", "dim");
    optionalCount(
        "feed_forward_length",
        "prefix_dense_intermediate_size",
        "dense_intermediate_size",
        "intermediate_size",
        "n_inner",
        "hidden_dim");
    optionalCount("attention.head_count", "num_attention_heads", "n_head", "n_heads");
    optionalCount("attention.head_count_kv", "num_key_value_heads", "n_kv_heads");
    RopeParameters.of(config).ifPresent(rope -> RopeMetadata.write(rope, this));
    norms();
    ExpertMetadata.write(config, this);
    optionalCount("attention.key_length", "head_dim");
    optionalCount("attention.value_length", "head_dim");
    return fileType();
  }

  /// Writes the length of a head if it is another than readers assume: for families of which the
  /// reference converter does not write it.
  Hyperparameters unusualHeadLength() {
    Dimensions is = Dimensions.of(config);
    return is.query() == is.hidden()
        ? this
        : count("attention.key_length", is.headLength())
            .count("attention.value_length", is.headLength());
  }

  private void norms() {
    optionalNumber("attention.layer_norm_rms_epsilon", "rms_norm_eps", "norm_eps");
    optionalNumber(
        "attention.layer_norm_epsilon", "layer_norm_eps", "layer_norm_epsilon", "norm_epsilon");
  }

  /// Writes the base of rotary frequencies if it is another than the 10000 that readers assume, and
  /// what scales them: for families of which the reference converter does not write it.
  public Hyperparameters unusualRope() {
    RopeParameters.of(config).ifPresent(this::unusualRope);
    return this;
  }

  private void unusualRope(RopeParameters rope) {
    rope.number("rope_theta")
        .filter(theta -> theta != USUAL_BASE)
        .ifPresent(theta -> number("rope.freq_base", theta));
    RopeMetadata.writeScaling(rope, this);
  }

  /// Writes the number of blocks.
  public Hyperparameters blockCount() {
    return count("block_count", blockCount(config));
  }

  /// Writes `general.file_type`.
  public Hyperparameters fileType() {
    metadata.put("general.file_type", new Uint32(fileType));
    return this;
  }

  /// Writes the whole number that config.json must have under one of `names`.
  public Hyperparameters count(String key, String... names) {
    return count(key, config.integer(names));
  }

  /// Writes the whole number under one of `names`, if there is one.
  public Hyperparameters optionalCount(String key, String... names) {
    config.optionalInteger(names).ifPresent(value -> count(key, value));
    return this;
  }

  /// Writes a whole number.
  public Hyperparameters count(String key, long value) {
    if (value < 0 || value > LARGEST) {
      throw new MalformedFileException(
          config.file(), "%s.%s would be %d, wanted 0 to %d".formatted(id, key, value, LARGEST));
    }
    return put(key, new Uint32(value));
  }

  /// Writes the number that config.json must have under one of `names`.
  public Hyperparameters number(String key, String... names) {
    return number(key, config.number(names));
  }

  /// Writes the number under one of `names`, if there is one.
  public Hyperparameters optionalNumber(String key, String... names) {
    config.optionalNumber(names).ifPresent(value -> number(key, value));
    return this;
  }

  /// Writes a number, rounded to single precision.
  public Hyperparameters number(String key, double value) {
    return put(key, new Float32((float) value));
  }

  /// Writes a truth value.
  public Hyperparameters flag(String key, boolean value) {
    return put(key, new Bool(value));
  }

  /// Writes a truth value for each block.
  public Hyperparameters flags(String key, List<Boolean> values) {
    return put(key, MetadataValue.Array.ofFlags(values));
  }

  /// Writes a text.
  public Hyperparameters text(String key, String value) {
    return put(key, new Text(value));
  }

  /// Writes a value.
  public Hyperparameters put(String key, MetadataValue value) {
    metadata.put(id + "." + key, value);
    return this;
  }

  /// Takes back what was written under `key`.
  public Hyperparameters without(String key) {
    metadata.remove(id + "." + key);
    return this;
  }

  /// Writes a number that stands before everything else, even what describes the file.
  public Hyperparameters early(String key, double value) {
    early.put(id + "." + key, new Float32((float) value));
    return this;
  }

  /// What stands before everything else.
  public SequencedMap<String, MetadataValue> early() {
    return early;
  }

  /// Writes a value under a key of another prefix than the family's.
  public Hyperparameters putWhole(String key, MetadataValue value) {
    metadata.put(key, value);
    return this;
  }

  /// The value under `key`, if it was written.
  public Optional<MetadataValue> value(String key) {
    return Optional.ofNullable(metadata.get(id + "." + key));
  }
}
