package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.pytorch.Pickled.Mapping;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Finds the tensors of a model among the objects of a file.
///
/// A dictionary with weights in it is the model: tensors but for single numbers and runs of bytes.
/// Around it there may be others: the one under a name that people give to models is stepped into,
/// or the only one that has tensors and is no optimizer's. Dictionaries within the model are part
/// of it, their names joined by dots. What is no tensor is left out.
final class StateDict {
  /// Under these names models are found, the first that is there before the others.
  private static final List<String> MODELS =
      List.of("state_dict", "model_state_dict", "model", "model_state", "module", "net", "params");

  /// Under these names nothing of a model is found.
  private static final Set<String> OTHERS =
      Set.of(
          "optimizer",
          "optimizer_state_dict",
          "optimizer_states",
          "optimizer_state",
          "optim",
          "optim_state_dict",
          "lr_scheduler",
          "lr_schedulers",
          "lr_scheduler_state_dict",
          "scheduler",
          "rng_state",
          "random_rng_state",
          "callbacks",
          "loops");

  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");
  private static final int DEEPEST = 16;
  private static final int LISTED = 6;
  private static final int ENTRY_COST = 400;

  private final Path file;
  private final HeapBudget budget;
  private final Map<String, TensorView> views = new LinkedHashMap<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  private StateDict(Path file, HeapBudget budget) {
    this.file = file;
    this.budget = budget;
  }

  /// The tensors of a file.
  ///
  /// @param tensors in the order of the file
  /// @param notes on how they were found, a line each
  record Found(List<SourceTensor> tensors, List<String> notes) {}

  /// Finds the tensors in `root`, the objects of `file`.
  static Found in(Pickled root, Path file, HeapBudget budget) {
    if (!(root instanceof Mapping mapping)) {
      throw new MalformedFileException(
          file, "the file holds " + root.kind() + ", wanted a dictionary of tensors");
    }
    return new StateDict(file, budget).find(mapping);
  }

  private Found find(Mapping root) {
    Mapping model = model(root);
    collect(model, "", 0, visited());
    if (views.isEmpty()) {
      throw new MalformedFileException(
          file,
          "the file has no tensors under names; the names in it are "
              + listed(root.members().keySet()));
    }
    if (!leftOut.isEmpty()) {
      notes.add(file + ": left out: " + listed(leftOut));
    }
    PREFIXES.forEach(this::dropPrefix);
    List<SourceTensor> tensors = new ArrayList<>(views.size());
    views.forEach((name, view) -> tensors.add(view.named(name, file)));
    return new Found(List.copyOf(tensors), List.copyOf(notes));
  }

  private static Set<Mapping> visited() {
    return Collections.newSetFromMap(new IdentityHashMap<>());
  }

  private Mapping model(Mapping root) {
    Mapping model = root;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Optional<String> next = wrapped(model);
      if (next.isEmpty() || !(model.members().get(next.get()) instanceof Mapping inner)) {
        return model;
      }
      List<String> beside = new ArrayList<>(model.members().keySet());
      beside.remove(next.get());
      notes.add(
          "%s: the tensors are those under \"%s\"%s"
              .formatted(
                  file,
                  brief(next.get()),
                  beside.isEmpty() ? "" : "; beside it and left out: " + listed(beside)));
      model = inner;
    }
    return model;
  }

  /// The name of the dictionary to step into, if `mapping` is not the model itself.
  private static Optional<String> wrapped(Mapping mapping) {
    if (mapping.members().values().stream().anyMatch(StateDict::isWeight)) {
      return Optional.empty();
    }
    boolean loose = mapping.members().values().stream().anyMatch(Pickled.Tensor.class::isInstance);
    IdentityHashMap<Mapping, Boolean> known = new IdentityHashMap<>();
    List<String> inner =
        mapping.members().entrySet().stream()
            .filter(member -> !OTHERS.contains(member.getKey()))
            .filter(member -> hasTensors(member.getValue(), 0, known))
            .map(Map.Entry::getKey)
            .toList();
    Optional<String> usual = MODELS.stream().filter(inner::contains).findFirst();
    return usual.isPresent() || loose || inner.size() != 1 ? usual : Optional.of(inner.getFirst());
  }

  /// False for what training leaves beside a model: a loss, the state of a random generator.
  private static boolean isWeight(Pickled value) {
    return value instanceof Pickled.Tensor(TensorView view)
        && !view.extents().isEmpty()
        && (view.extents().size() > 1 || view.dtype() != DType.U8);
  }

  /// Every dictionary is looked through once, however many names it has; `known` has the answers.
  private static boolean hasTensors(
      Pickled value, int depth, IdentityHashMap<Mapping, Boolean> known) {
    if (!(value instanceof Mapping mapping) || depth == DEEPEST) {
      return false;
    }
    Boolean before = known.putIfAbsent(mapping, false);
    if (before != null) {
      return before;
    }
    for (Pickled member : mapping.members().values()) {
      if (member instanceof Pickled.Tensor || hasTensors(member, depth + 1, known)) {
        known.put(mapping, true);
        return true;
      }
    }
    return false;
  }

  private void collect(Mapping mapping, String prefix, int depth, Set<Mapping> visited) {
    if (depth == DEEPEST || !visited.add(mapping)) {
      return;
    }
    mapping
        .members()
        .forEach(
            (key, value) -> {
              switch (value) {
                case Pickled.Tensor(TensorView view) -> add(prefix, key, view);
                case Mapping inner when depth == 0 && OTHERS.contains(key) ->
                    notes.add(file + ": left out: " + key);
                case Mapping inner -> {
                  budget.chargeText(file, "names", (long) prefix.length() + key.length());
                  collect(inner, prefix + key + ".", depth + 1, visited);
                }
                case Pickled.Opaque _ -> {
                  budget.chargeText(file, "names", (long) prefix.length() + key.length());
                  leftOut.add(prefix + key);
                }
                default -> {}
              }
            });
  }

  private void add(String prefix, String key, TensorView view) {
    budget.charge(file, "table of tensors", ENTRY_COST);
    budget.chargeText(file, "table of tensors", (long) prefix.length() + key.length());
    if (views.put(prefix + key, view) != null) {
      throw new MalformedFileException(file, "two tensors are called " + prefix + key);
    }
  }

  private void dropPrefix(String prefix) {
    if (!views.keySet().stream().allMatch(name -> name.startsWith(prefix))) {
      return;
    }
    Map<String, TensorView> renamed = new LinkedHashMap<>();
    views.forEach((name, view) -> renamed.put(name.substring(prefix.length()), view));
    views.clear();
    views.putAll(renamed);
    notes.add("%s: \"%s\" at the start of every tensor's name is left out".formatted(file, prefix));
  }

  private static String listed(Iterable<String> names) {
    List<String> shown = new ArrayList<>();
    int count = 0;
    for (String name : names) {
      if (count++ < LISTED) {
        shown.add(brief(name));
      }
    }
    String more = count > LISTED ? " and " + (count - LISTED) + " more" : "";
    return count == 0 ? "none" : String.join(", ", shown) + more;
  }

  private static String brief(String name) {
    return name.length() > 40 ? name.substring(0, 40) + "..." : name;
  }
}
