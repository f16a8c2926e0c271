package dev.quern.formats.quantized;

import dev.quern.formats.BlockData;
import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The tensors of a quantized checkpoint, while a method finds out which weights they stand for.
final class StoredTensors {
  private static final long LARGEST_WHOLE = 1 << 24;
  private static final int LONGEST_ROW = 1 << 24;

  private final Checkpoint checkpoint;
  private final FetchedWindows windows;
  private final Set<String> used = new HashSet<>();
  private final Map<String, SourceTensor> weights = new HashMap<>();
  private int decoded;

  StoredTensors(Checkpoint checkpoint) {
    this(checkpoint, FetchedWindows.usual());
  }

  StoredTensors(Checkpoint checkpoint, FetchedWindows windows) {
    this.checkpoint = checkpoint;
    this.windows = windows;
  }

  /// Those whose name ends in `suffix`.
  List<SourceTensor> endingIn(String suffix) {
    return checkpoint.tensors().stream()
        .filter(one -> one.name().endsWith(suffix))
        .map(this::windowed)
        .toList();
  }

  Optional<SourceTensor> find(String name) {
    return checkpoint.tensor(name).map(this::windowed);
  }

  /// The tensor `name`, without which `weight` cannot be decoded.
  SourceTensor require(String name, SourceTensor weight) {
    return find(name)
        .orElseThrow(
            () ->
                new MalformedFileException(
                    weight.file(),
                    "tensor %s is quantized, but there is no %s to decode it with"
                        .formatted(weight.name(), name)));
  }

  /// The name of `tensor`, which ends in `suffix`, without it.
  static String stem(SourceTensor tensor, String suffix) {
    return tensor.name().substring(0, tensor.name().length() - suffix.length());
  }

  /// Numbers of `tensor`, which must be of one of `types`.
  static Numbers numbers(SourceTensor tensor, DType... types) {
    for (DType type : types) {
      if (tensor.dtype() == type) {
        return new Numbers(bytes(tensor), type);
      }
    }
    throw malformed(tensor, "has type " + tensor.dtype() + ", wanted " + List.of(types));
  }

  /// The numbers of a tensor of scales.
  static Numbers scales(SourceTensor tensor) {
    return numbers(tensor, DType.F32, DType.F16, DType.BF16, DType.F8_E4M3, DType.F8_E8M0);
  }

  /// The only number of `tensor`.
  static float single(SourceTensor tensor) {
    if (tensor.shape().elements() != 1) {
      throw malformed(tensor, "is " + tensor.shape() + ", wanted one number");
    }
    return numbers(tensor, DType.F32).at(0);
  }

  /// The bytes of `tensor`.
  static StoredBytes bytes(SourceTensor tensor) {
    return StoredBytes.of(tensor);
  }

  /// The bytes of a small tensor, in one piece.
  static MemorySegment whole(SourceTensor tensor) {
    if (tensor.byteSize() > LARGEST_WHOLE) {
      throw malformed(
          tensor, "has %d bytes, wanted at most %d".formatted(tensor.byteSize(), LARGEST_WHOLE));
    }
    return tensor.bytes();
  }

  /// Sees to it that `tensor`, all of which is read for some rows of weights, is kept meanwhile.
  ///
  /// @throws MalformedFileException if the heap has no room for it
  void requireKept(SourceTensor tensor) {
    if (tensor.data().mapped().isEmpty() && !windows.makeRoom(tensor.byteSize())) {
      throw malformed(
          tensor,
          ("is stored transposed, and its %d bytes are more than the %d that are kept while they are"
                  + " fetched; give Java more (QUERN_JAVA_OPTIONS=-Xmx8g), or fetch the model first")
              .formatted(tensor.byteSize(), windows.largestTensor()));
    }
  }

  /// The tensor with its bytes in windows if they do not lie in one piece.
  private SourceTensor windowed(SourceTensor tensor) {
    return tensor.data().mapped().isPresent()
        ? tensor
        : new SourceTensor(
            tensor.name(),
            tensor.dtype(),
            tensor.shape(),
            new WindowedData(tensor, windows),
            tensor.file());
  }

  static void checkShape(SourceTensor tensor, Shape wanted, SourceTensor weight) {
    if (!tensor.shape().equals(wanted)) {
      throw malformed(
          tensor,
          "is %s, wanted %s (row length first) for %s"
              .formatted(tensor.shape(), wanted, weight.name()));
    }
  }

  static MalformedFileException malformed(SourceTensor tensor, String problem) {
    return new MalformedFileException(tensor.file(), "tensor " + tensor.name() + " " + problem);
  }

  /// Weights decoded from a stored tensor.
  ///
  /// @param name what an unquantized checkpoint calls them
  /// @param dtype F32, F16 or BF16
  /// @param encoding how they are stored, in a few words
  /// @param blocks the same as blocks of GGML, or null
  record Weights(
      String name,
      DType dtype,
      Shape shape,
      RowDecoder decoder,
      String encoding,
      @Nullable BlockData blocks) {}

  /// Puts `weights` in the place of `stored`; it and the tensors called `others` are no weights.
  void replace(SourceTensor stored, Weights weights, String... others) {
    Shape shape = weights.shape;
    if (shape.rowLength() < 1 || shape.rowLength() > LONGEST_ROW) {
      throw malformed(
          stored, "has rows of " + shape.rowLength() + " weights, wanted 1 to " + LONGEST_ROW);
    }
    used.addAll(List.of(others));
    used.add(stored.name());
    DecodedData data =
        new DecodedData(
            weights.decoder,
            weights.dtype,
            shape.rows(),
            (int) shape.rowLength(),
            weights.encoding,
            weights.blocks);
    this.weights.put(
        stored.name(), new SourceTensor(weights.name, weights.dtype, shape, data, stored.file()));
    decoded++;
  }

  /// Leaves out what no weights are made of, where `which` is true of its name.
  void leaveOut(Predicate<String> which) {
    checkpoint.tensors().stream().map(SourceTensor::name).filter(which).forEach(used::add);
  }

  int decoded() {
    return decoded;
  }

  /// The weights, in the places of what they are decoded from, and the tensors that are none.
  List<SourceTensor> result() {
    List<SourceTensor> result = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (SourceTensor tensor : checkpoint.tensors()) {
      SourceTensor made = weights.get(tensor.name());
      if (made == null && used.contains(tensor.name())) {
        continue;
      }
      SourceTensor one = made == null ? tensor : made;
      if (!names.add(one.name())) {
        throw malformed(tensor, "stands for " + one.name() + ", which is there as well");
      }
      result.add(one);
    }
    return result;
  }
}
