package dev.quern.converter;

import dev.quern.formats.BlockData;
import dev.quern.formats.GgmlType;
import dev.quern.formats.MappedTensor;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.architecture.TensorMapping;
import dev.quern.formats.architecture.Transform;
import dev.quern.quantizers.BlockCodecs;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// A tensor of the model before it is quantized: what it is called in the GGUF, the type that the
/// source stores, and its weights.
///
/// @param info name, stored type and shape
/// @param reader its weights as floats
/// @param inPlace its bytes, when they lie in the source in the order of the GGUF
/// @param origin what messages call the source of this tensor
/// @param made how it comes about when it is computed from what the files store, in a few words;
///   empty when it is not
record SourceWeight(
    TensorInfo info,
    WeightReader reader,
    Optional<MemorySegment> inPlace,
    String origin,
    String made) {

  /// A tensor that the source's files have.
  SourceWeight(
      TensorInfo info, WeightReader reader, Optional<MemorySegment> inPlace, String origin) {
    this(info, reader, inPlace, origin, "");
  }

  /// What `mapping` makes of its sources.
  static SourceWeight of(TensorMapping mapping) {
    SourceWeight mapped = mapped(mapping);
    String made =
        mapping.sources().stream()
            .map(source -> source.data().made())
            .filter(how -> !how.isEmpty())
            .findFirst()
            .orElse("");
    String encodings =
        mapping.sources().stream()
            .flatMap(source -> source.data().encoding().stream())
            .distinct()
            .collect(Collectors.joining(" and "));
    WeightReader reader =
        encodings.isEmpty() ? mapped.reader : new EncodedReader(mapped.reader, encodings);
    return new SourceWeight(mapped.info, reader, mapped.inPlace, mapped.origin, made);
  }

  private static SourceWeight mapped(TensorMapping mapping) {
    return switch (mapping.transform()) {
      case Transform.Keep _ -> {
        SourceTensor tensor = mapping.sources().getFirst();
        Optional<MemorySegment> bytes =
            SourceReader.ggmlType(tensor.dtype()).flatMap(_ -> tensor.data().mapped());
        yield new SourceWeight(
            info(mapping, tensor), SourceReader.of(tensor), bytes, origin(tensor));
      }
      case Transform.Constant constant -> {
        TensorInfo info = new TensorInfo(mapping.name(), GgmlType.F32, mapping.shape());
        yield new SourceWeight(
            info, constantReader(constant.values()), Optional.empty(), mapping.name());
      }
      case Transform transform -> {
        TransformedWeights weights = TransformedWeights.of(mapping.sources(), transform);
        TensorInfo info = new TensorInfo(mapping.name(), weights.type(), weights.shape());
        yield new SourceWeight(
            info, weights.reader(), Optional.empty(), origin(mapping.sources().getFirst()));
      }
    };
  }

  /// A tensor of a GGUF, of any type; whole numbers and doubles have no weights to be read.
  static SourceWeight of(TensorData tensor, MemorySegment bytes, String file) {
    TensorInfo info = tensor.info();
    WeightReader reader =
        (first, count, out) ->
            BlockCodecs.of(info.type()).decode(bytes, info.type().bytes(first), out, 0, count);
    return new SourceWeight(info, reader, Optional.of(bytes), file + ": tensor " + info.name());
  }

  /// A tensor of the model `file`, in place or made when it is read.
  static SourceWeight of(TensorData tensor, String file) {
    return tensor
        .mapped()
        .map(bytes -> of(tensor, bytes, file))
        .orElseGet(
            () ->
                new SourceWeight(
                    tensor.info(),
                    new RowsReader(tensor),
                    Optional.empty(),
                    file + ": tensor " + tensor.info().name()));
  }

  /// The same tensor under another name.
  SourceWeight named(String name) {
    TensorInfo renamed = new TensorInfo(name, info.type(), info.shape());
    return new SourceWeight(renamed, reader, inPlace, origin, made);
  }

  /// The blocks of type `type` that the source stores, if that is how it does.
  Optional<BlockData> stored(GgmlType type) {
    return reader.blocks().filter(blocks -> blocks.type() == type);
  }

  /// The tensors of scales that a file has beside the blocks of this one when they stay as they
  /// are: `X.scale` and `X.input_scale` beside `X.weight`.
  List<SourceWeight> scales() {
    List<SourceWeight> scales = new ArrayList<>();
    reader
        .blocks()
        .ifPresent(
            blocks -> {
              addScale(scales, "scale", blocks.scales());
              addScale(scales, "input_scale", blocks.inputScales());
            });
    return scales;
  }

  private void addScale(List<SourceWeight> scales, String what, List<Float> values) {
    if (!values.isEmpty()) {
      String name = info.name().replaceFirst("weight$", what);
      WeightReader numbers = constantReader(values);
      scales.add(
          new SourceWeight(
              new TensorInfo(name, GgmlType.F32, Shape.of(values.size())),
              numbers,
              Optional.empty(),
              origin));
    }
  }

  /// The same tensor as the engine reads it, without a file: in place where that is possible.
  TensorData asTensorData(GgmlType type) {
    TensorInfo wanted = new TensorInfo(info.name(), type, info.shape());
    if (inPlace.isPresent() && type == info.type()) {
      return new MappedTensor(wanted, inPlace.get());
    }
    return stored(type)
        .filter(blocks -> blocks.scales().isEmpty())
        .<TensorData>map(blocks -> new MovedTensor(wanted, blocks))
        .orElseGet(() -> new ComputedTensor(wanted, reader));
  }

  private static TensorInfo info(TensorMapping mapping, SourceTensor tensor) {
    GgmlType stored = SourceReader.ggmlType(tensor.dtype()).orElse(GgmlType.F32);
    return new TensorInfo(mapping.name(), stored, mapping.shape());
  }

  private static String origin(SourceTensor tensor) {
    return tensor.file() + ": tensor " + tensor.name();
  }

  private static WeightReader constantReader(List<Float> values) {
    return (first, count, out) -> {
      for (int i = 0; i < count; i++) {
        out[i] = values.get(Math.toIntExact(first + i));
      }
    };
  }
}
