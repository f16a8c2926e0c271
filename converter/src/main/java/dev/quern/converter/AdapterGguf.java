package dev.quern.converter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.adapter.LoraAdapter;
import dev.quern.formats.adapter.LoraModule;
import dev.quern.formats.adapter.PeftConfig;
import dev.quern.formats.architecture.Architecture;
import dev.quern.formats.architecture.Architectures;
import dev.quern.formats.architecture.TensorMap;
import dev.quern.formats.architecture.TensorMapping;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.formats.gguf.GgufTensor;
import dev.quern.formats.huggingface.HuggingFaceFolder;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.RowEncoder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A low-rank adapter as a GGUF that is applied when a model runs: the factors of each module as
/// `NAME.lora_a` and `NAME.lora_b`, transformed as the weights of the module are.
///
/// A program multiplies a product with `adapter.lora.alpha` divided by its rank. Where a module is
/// scaled otherwise, the second factor is multiplied with what is missing.
public final class AdapterGguf implements AutoCloseable {
  private static final int QUANTIZATION_VERSION = 2;

  private final LoraAdapter adapter;
  private final Architecture architecture;
  private final float alpha;
  private final List<AdapterFactor> factors = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private AdapterGguf(LoraAdapter adapter, ModelConfig published) {
    this.adapter = adapter;
    this.architecture = Architectures.of(published);
    double whole = adapter.config().map(PeftConfig::alpha).orElse(1.0);
    this.alpha = (float) whole == 0 ? 1 : (float) whole; // 0 means no scaling to llama.cpp
    refuseTensors();
    Checkpoint virtual = VirtualBase.of(adapter);
    TensorMap map = architecture.map(architecture.complete(published.textModel()), virtual);
    for (LoraModule module : adapter.modules()) {
      add(module, map);
    }
    warnings.addAll(adapter.notes());
    long rescaled = factors.stream().filter(AdapterFactor::isRescaled).count();
    if (rescaled > 0) {
      warnings.add(
          "%s: %d modules are scaled otherwise than by lora_alpha / r, of which a GGUF has one; their second factors were multiplied instead"
              .formatted(adapter.path(), rescaled));
    }
  }

  /// Opens an adapter for the model whose configuration lies in the folder `base`.
  ///
  /// @throws MalformedFileException if it cannot be a GGUF
  /// @throws ConversionException if it is for another model
  public static AdapterGguf open(Path adapter, Path base) {
    ModelConfig config = HuggingFaceFolder.open(base).config();
    LoraAdapter opened = LoraAdapter.open(adapter);
    try {
      return new AdapterGguf(opened, config);
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void refuseTensors() {
    if (!adapter.replacements().isEmpty()) {
      throw new MalformedFileException(
          adapter.path(),
          "tensor %s takes the place of the base's, which an adapter in a GGUF cannot: merge it instead (--lora of convert, or merge)"
              .formatted(adapter.replacements().getFirst().name()));
    }
  }

  private void add(LoraModule module, TensorMap map) {
    if (module.magnitude().isPresent() || module.bias().isPresent()) {
      throw new MalformedFileException(
          adapter.path(),
          "%s has %s, which an adapter in a GGUF cannot have: merge it instead (--lora of convert, or merge)"
              .formatted(module.name(), module.bias().isPresent() ? "a bias" : "DoRA's lengths"));
    }
    String name = VirtualBase.nameOf(module);
    List<TensorMapping> targets =
        map.tensors().stream()
            .filter(one -> one.sources().stream().anyMatch(source -> source.name().equals(name)))
            .toList();
    if (targets.isEmpty()) {
      throw new ConversionException(
          map.problems().stream()
              .filter(problem -> problem.contains("tensor " + name + " "))
              .findFirst()
              .orElse(
                  "%s: %s is not known to architecture %s"
                      .formatted(adapter.path(), name, architecture.id())));
    }
    for (TensorMapping target : targets) {
      factors.addAll(AdapterFactor.of(module, target, alpha));
    }
  }

  /// The GGUF id of the architecture that it is for.
  public String architecture() {
    return architecture.id();
  }

  /// What a user should know, a line each.
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /// The tensors in their order.
  ///
  /// @param type F32, F16 or BF16
  public List<TensorInfo> tensors(GgmlType type) {
    return factors.stream().map(factor -> factor.info(type)).toList();
  }

  /// The metadata in its order.
  public Map<String, MetadataValue> metadata() {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text(architecture.id()));
    metadata.put("general.type", new Text("adapter"));
    metadata.put("adapter.type", new Text("lora"));
    metadata.put("general.name", new Text(name()));
    metadata.put("adapter.lora.alpha", new Float32(alpha));
    List<Long> invocation = adapter.config().map(PeftConfig::invocation).orElse(List.of());
    if (!invocation.isEmpty()) {
      metadata.put(
          "adapter.alora.invocation_tokens",
          new Array(
              MetadataType.UINT32.id(),
              invocation.stream().<MetadataValue>map(Uint32::new).toList()));
    }
    metadata.put("general.quantization_version", new Uint32(QUANTIZATION_VERSION));
    return metadata;
  }

  private String name() {
    Path file = adapter.path().toAbsolutePath().normalize().getFileName();
    return file == null ? "adapter" : file.toString();
  }

  /// Writes it to `target`, whose folder is made when it is missing.
  ///
  /// @param type F32, F16 or BF16
  /// @throws ConversionException if the disk refuses, or a number is not finite
  public void write(Path target, GgmlType type) {
    GgufLayout layout = GgufLayout.of(metadata(), tensors(type));
    try (PartialFile file = PartialFile.create(target, layout.fileSize())) {
      file.write(layout.header().asByteBuffer(), 0);
      for (int i = 0; i < factors.size(); i++) {
        write(factors.get(i), layout.tensors().get(i), file);
      }
      file.commit();
    } catch (IOException | UncheckedIOException e) {
      throw new ConversionException(target + ": cannot be written: " + e.getMessage());
    }
  }

  private static void write(AdapterFactor factor, GgufTensor tensor, PartialFile file)
      throws IOException {
    GgmlType type = tensor.info().type();
    RowEncoder encoder = BlockCodecs.of(type).newEncoder();
    int length = Math.toIntExact(tensor.info().shape().rowLength());
    long rows = tensor.info().shape().rows();
    int many = Math.max(1, Conversion.PART / length);
    float[] part = new float[many * length];
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) type.bytes(part.length)]);
    for (long row = 0; row < rows; row += many) {
      int count = (int) Math.min(many, rows - row) * length;
      factor.reader().read(row * length, count, part);
      WeightRange range = WeightRange.of(part, count);
      if (!range.isFinite() || range.overflows(type)) {
        throw new ConversionException(
            "%s: a number up to %s cannot be stored as %s"
                .formatted(factor.origin(), range.peak(), type));
      }
      encoder.encode(part, 0, count, bytes, 0);
      file.write(
          bytes.asSlice(0, type.bytes(count)).asByteBuffer(),
          tensor.offset() + type.bytes(row * length));
    }
  }

  /// Unmaps the adapter.
  @Override
  public void close() {
    adapter.close();
  }
}
