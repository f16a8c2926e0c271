package dev.quern.formats.gguf;

import dev.quern.formats.ListedView;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
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
public final class StackedExperts {
  private static final Pattern EXPERT =
      Pattern.compile("(blk\\.\\d+\\.ffn_(?:gate|down|up))\\.(0|[1-9]\\d{0,4})\\.weight");

  private final ModelView view;
  private final Map<String, String> names;

  private StackedExperts(ModelView view, Map<String, String> names) {
    this.view = view;
    this.names = names;
  }

  /// The experts of `model`, whose files stay its own.
  ///
  /// @throws MalformedFileException if experts are missing, or differ in type or extents
  public static StackedExperts of(GgufModel model) {
    SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
    Map<String, NavigableMap<Integer, TensorData>> stacks = new LinkedHashMap<>();
    Map<String, String> names = new HashMap<>();
    for (TensorInfo info : model.tensors()) {
      TensorData tensor = model.tensor(info.name()).orElseThrow();
      Matcher expert = EXPERT.matcher(info.name());
      if (!expert.matches()) {
        tensors.put(info.name(), tensor);
        continue;
      }
      String name = expert.group(1) + "_exps.weight";
      names.put(info.name(), name);
      tensors.putIfAbsent(name, tensor); // the place of the stack
      stacks
          .computeIfAbsent(name, _ -> new TreeMap<>())
          .put(Integer.parseInt(expert.group(2)), tensor);
    }
    if (stacks.isEmpty()) {
      return new StackedExperts(model, names);
    }
    stacks.forEach((name, experts) -> tensors.put(name, stack(model, name, experts)));
    return new StackedExperts(
        new ListedView(model.name(), model.metadata(), tensors.values(), () -> {}), names);
  }

  /// The model with its experts stacked: itself if they are not apart. Closing it is up to the
  /// model.
  public ModelView view() {
    return view;
  }

  /// What `tensor` of the file is called in [#view], or what it is part of.
  public String nameOf(String tensor) {
    return names.getOrDefault(tensor, tensor);
  }

  private static Stack stack(
      GgufModel model, String name, NavigableMap<Integer, TensorData> experts) {
    if (model.tensor(name).isPresent()) {
      throw new MalformedFileException(
          model.path(), "tensor " + name + " is there, and experts of their own too");
    }
    TensorInfo first = experts.firstEntry().getValue().info();
    if (experts.lastKey() != experts.size() - 1 || first.shape().rank() != 2) {
      throw new MalformedFileException(
          model.path(),
          "%d experts become %s, the last of number %d, the first %s; wanted matrices 0 to %d"
              .formatted(
                  experts.size(), name, experts.lastKey(), first.shape(), experts.lastKey()));
    }
    experts.values().forEach(expert -> requireAlike(model, first, expert.info()));
    Shape matrix = first.shape();
    Shape shape = Shape.of(matrix.rowLength(), matrix.extent(1), experts.size());
    return new Stack(new TensorInfo(name, first.type(), shape), new ArrayList<>(experts.values()));
  }

  private static void requireAlike(GgufModel model, TensorInfo first, TensorInfo info) {
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

  /// The rows of matrices of equal extents, one matrix after another.
  private record Stack(TensorInfo info, List<TensorData> parts) implements TensorData {
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
