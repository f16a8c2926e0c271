package dev.quern.converter;

import dev.quern.quantizers.recipe.OutputOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Leaves blocks out and numbers the others anew, as llama-quantize does: blocks before the first
/// that is left out keep their numbers, the others follow in the order in which their tensors come.
final class LayerPruning {
  private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d{1,9})\\.");

  private final LayerSet pruned;
  private final Map<Integer, OptionalInt> numbers = new HashMap<>();
  private final Map<String, String> originals = new HashMap<>();
  private final List<SourceWeight> weights = new ArrayList<>();
  private int next;

  private LayerPruning(LayerSet pruned) {
    this.pruned = pruned;
  }

  /// The tensors of `all` that stay, under their new names, in the same order.
  static LayerPruning of(List<SourceWeight> all, LayerSet pruned) {
    LayerPruning pruning = new LayerPruning(pruned);
    if (pruned.isEmpty()) {
      pruning.weights.addAll(all);
      return pruning;
    }
    all.stream()
        .map(weight -> weight.info().name())
        .sorted(OutputOrder.BY_BLOCK_AND_NAME)
        .forEach(pruning::number);
    all.forEach(pruning::add);
    return pruning;
  }

  private void number(String name) {
    Matcher matcher = BLOCK.matcher(name);
    if (matcher.find()) {
      int block = Integer.parseInt(matcher.group(1));
      if (!numbers.containsKey(block)) {
        numbers.put(block, fresh(block));
      }
    }
  }

  private OptionalInt fresh(int block) {
    if (pruned.numbers().contains(block)) {
      return OptionalInt.empty();
    }
    int number = block < pruned.numbers().first() ? block : next;
    next = number + 1;
    return OptionalInt.of(number);
  }

  private void add(SourceWeight weight) {
    nameInOutput(weight.info().name())
        .ifPresent(
            name -> {
              originals.put(name, weight.info().name());
              weights.add(weight.named(name));
            });
  }

  /// The tensors that stay.
  List<SourceWeight> weights() {
    return weights;
  }

  /// How many blocks stay.
  int blocks() {
    return next;
  }

  /// What the tensor that is now `name` is called in the source.
  String nameInSource(String name) {
    return originals.getOrDefault(name, name);
  }

  /// What the tensor that the source calls `name` is called now, if it stays.
  Optional<String> nameInOutput(String name) {
    Matcher matcher = BLOCK.matcher(name);
    if (pruned.isEmpty() || !matcher.find()) {
      return Optional.of(name);
    }
    OptionalInt number = Objects.requireNonNull(numbers.get(Integer.parseInt(matcher.group(1))));
    return number.isEmpty()
        ? Optional.empty()
        : Optional.of(
            name.substring(0, matcher.start(1))
                + number.getAsInt()
                + name.substring(matcher.end(1)));
  }

  /// What is wrong with the wish, if anything.
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (int block : pruned.numbers()) {
      if (!numbers.containsKey(block)) {
        problems.add("there is no block " + block + " to leave out (--prune-layers)");
      }
    }
    if (!pruned.isEmpty() && next == 0) {
      problems.add("no block would be left (--prune-layers)");
    }
    return problems;
  }
}
