package dev.quern.formats.quantized;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.ListedCheckpoint;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.huggingface.ModelConfig;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A quantized checkpoint, as the weights that it stands for; see the package documentation.
public final class QuantizedCheckpoint {
  private static final List<QuantizationMethod> METHODS =
      List.of(
          new Fp8(),
          new CompressedTensors(),
          new Gptq(),
          new Awq(),
          new BitsAndBytes(),
          new Mxfp4(),
          new ModelOpt(),
          new Quanto(),
          new Hqq());

  /// Scales of activations and of caches, which no weight is made of.
  private static final Pattern ACTIVATIONS =
      Pattern.compile(
          ".*\\.(input_scale|output_scale|[qkv]_scale|activation_scale|.*_activation_scale"
              + "|qscale_act|input_global_scale|input_zero_point|output_zero_point"
              + "|[qkv]_zero_point|input_scale_ub|weight_format)");

  private QuantizedCheckpoint() {}

  /// The weights that `stored` holds for the model that `config` describes: `stored` itself if they
  /// are not quantized. Each is in the place of what it is decoded from. What is returned closes
  /// `stored`.
  ///
  /// @throws MalformedFileException if they are quantized in a way that is not known, or tensors
  ///   are missing or do not fit together
  public static Checkpoint of(ModelConfig config, Checkpoint stored) {
    return of(config, stored, new StoredTensors(stored));
  }

  static Checkpoint of(ModelConfig config, Checkpoint stored, StoredTensors tensors) {
    Optional<ModelConfig> settings =
        config.object("quantization_config").or(() -> config.object("compression_config"));
    Optional<QuantizationMethod> method = method(config, settings, tensors);
    if (method.isEmpty()) {
      return stored;
    }
    method.get().decode(tensors, settings.orElse(config.with(Map.of())));
    if (tensors.decoded() == 0) {
      return stored;
    }
    tensors.leaveOut(name -> ACTIVATIONS.matcher(name).matches());
    return ListedCheckpoint.over(
        stored, tensors.result(), List.of(note(stored, tensors)), () -> {});
  }

  private static Optional<QuantizationMethod> method(
      ModelConfig config, Optional<ModelConfig> settings, StoredTensors tensors) {
    Optional<String> name = settings.flatMap(all -> all.optionalText("quant_method"));
    if (name.isEmpty()) {
      return METHODS.stream().filter(one -> one.shows(tensors)).findFirst();
    }
    return Optional.of(
        METHODS.stream()
            .filter(one -> one.names().contains(name.get()))
            .findFirst()
            .orElseThrow(() -> unknown(config, name.get())));
  }

  private static MalformedFileException unknown(ModelConfig config, String name) {
    return new MalformedFileException(
        config.file(),
        "weights are quantized with %s, which is not read; read are %s"
            .formatted(
                name,
                METHODS.stream()
                    .map(one -> one.names().getFirst())
                    .collect(Collectors.joining(", "))));
  }

  private static String note(Checkpoint stored, StoredTensors tensors) {
    String encodings =
        tensors.result().stream()
            .flatMap(one -> one.data().encoding().stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()))
            .entrySet()
            .stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> entry.getValue() + " of " + entry.getKey())
            .collect(Collectors.joining("; "));
    return "%s: %d tensors are quantized (%s): what that lost stays lost"
        .formatted(stored.path(), tensors.decoded(), encodings);
  }
}
