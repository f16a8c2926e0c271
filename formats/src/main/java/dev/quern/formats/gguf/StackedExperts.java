package dev.quern.formats.gguf;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A GGUF of a mixture of experts from before April 2024, in which every expert is a tensor of its
/// own, as one of today, in which those of a block are one tensor.
///
/// | in the file | here |
/// |---|---|
/// | `blk.N.ffn_gate.E.weight`, `ffn_down`, `ffn_up` | `blk.N.ffn_gate_exps.weight`, `ffn_down_exps`, `ffn_up_exps`, where expert 0 was |
///
/// Blocks of weights stay as they are: they are read from where each expert lies.
public final class StackedExperts implements ModelView {
  private static final Pattern EXPERT =
      Pattern.compile("(blk\\.\\d+\\.ffn_(?:gate|down|up))\\.(\\d{1,5})\\.weight");

  private final GgufModel model;
  private final Map<String, String> names = new LinkedHashMap<>();
  private final SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();

  private StackedExperts(GgufModel model) {
    this.model = model;
    Map<String, TreeMap<Integer, TensorData>> stacks = new LinkedHashMap<>();
    for (TensorInfo info : model.tensors()) {
      TensorData tensor = model.tensor(info.name()).orElseThrow();
      Matcher expert = EXPERT.matcher(info.name());
      String name = expert.matches() ? expert.group(1) + "_exps.weight" : info.name();
      names.put(info.name(), name);
      if (expert.matches()) {
        stacks
            .computeIfAbsent(name, _ -> new TreeMap<>())
            .put(Integer.parseInt(expert.group(2)), tensor);
      }
      if (tensors.putIfAbsent(name, tensor) != null && !expert.matches()) {
        throw new MalformedFileException(
            model.path(), "tensor " + name + " is there, and experts of their own too");
      }
    }
    stacks.forEach((name, experts) -> tensors.put(name, stack(name, experts)));
  }

  /// `model` as it is, or with its experts stacked. What is returned is closed with the model.
  ///
  /// @throws MalformedFileException if experts are missing, or differ in type or extents
  public static ModelView of(GgufModel model) {
    boolean apart =
        model.tensors().stream().anyMatch(info -> EXPERT.matcher(info.name()).matches());
    return apart ? new StackedExperts(model) : model;
  }

  /// What a tensor of the file is called in `view`, or what it is part of.
  public static String nameIn(ModelView view, String tensor) {
    return view instanceof StackedExperts stacked
        ? Objects.requireNonNull(stacked.names.get(tensor))
        : tensor;
  }

  private Stack stack(String name, NavigableMap<Integer, TensorData> experts) {
    TensorInfo first = experts.firstEntry().getValue().info();
    if (experts.lastKey() != experts.size() - 1 || first.shape().rank() != 2) {
      throw new MalformedFileException(
          model.path(),
          "%d experts become %s, the last of number %d, the first %s; wanted matrices 0 to %d"
              .formatted(
                  experts.size(), name, experts.lastKey(), first.shape(), experts.lastKey()));
    }
    for (TensorData expert : experts.values()) {
      TensorInfo info = expert.info();
      if (info.type() != first.type() || !info.shape().equals(first.shape())) {
        throw new MalformedFileException(
            model.path(),
            "tensor %s is %s %s, and %s is %s %s: one tensor of experts has one type; decode the file to F16 with the program that wrote it"
                .formatted(
                    info.name(),
                    info.type(),
                    info.shape(),
                    first.name(),
                    first.type(),
                    first.shape()));
      }
    }
    Shape matrix = first.shape();
    Shape shape = Shape.of(matrix.rowLength(), matrix.extent(1), experts.size());
    return new Stack(new TensorInfo(name, first.type(), shape), new ArrayList<>(experts.values()));
  }

  @Override
  public String name() {
    return model.name();
  }

  @Override
  public Map<String, MetadataValue> metadata() {
    return model.metadata();
  }

  @Override
  public List<TensorInfo> tensors() {
    return tensors.values().stream().map(TensorData::info).toList();
  }

  @Override
  public Optional<TensorData> tensor(String tensor) {
    return Optional.ofNullable(tensors.get(tensor));
  }

  /// Closes nothing: the model has the files.
  @Override
  public void close() {}

  /// The rows of matrices of equal extents, one matrix after another.
  private record Stack(TensorInfo info, List<TensorData> parts) implements TensorData {
    @Override
    public Optional<MemorySegment> mapped() {
      return Optional.empty();
    }

    @Override
    public void read(long from, long count, MemorySegment into) {
      Objects.checkFromIndexSize(from, count, info.shape().rows());
      long rows = info.shape().extent(1);
      long done = 0;
      while (done < count) {
        long row = from + done;
        long some = Math.min(count - done, rows - row % rows);
        MemorySegment rest = into.asSlice(done * info.rowBytes());
        parts.get(Math.toIntExact(row / rows)).read(row % rows, some, rest);
        done += some;
      }
    }

    @Override
    public Optional<String> encoding() {
      return Optional.of("a tensor for each expert");
    }
  }
}
