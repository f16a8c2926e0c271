package dev.quern.formats.architecture;

import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Makes mappings of the tensors of a checkpoint one after another; those that are stacked wait
/// until all of their group are there.
final class TensorCollector {
  private final List<TensorRule> rules;
  private final TensorMap.Builder map;
  private final Map<String, Group> waiting = new LinkedHashMap<>();

  TensorCollector(List<TensorRule> rules, TensorMap.Builder map) {
    this.rules = rules;
    this.map = map;
  }

  /// The name in the GGUF of what `part` becomes in block `layer`; a dot at the end of a target
  /// stands for no suffix.
  static String target(TensorRule.Part part, int layer, String suffix) {
    String name = part.target().replace("{layer}", Integer.toString(layer));
    if (name.endsWith(".")) {
      return name.substring(0, name.length() - 1);
    }
    return name.endsWith(".weight") || name.endsWith(".bias") ? name : name + suffix;
  }

  /// Adds the tensor that `rule` knows as `name`.
  void add(SourceTensor tensor, TensorRule rule, TensorName name) {
    String suffix = name.suffix().isEmpty() ? ".weight" : name.suffix();
    boolean bias = suffix.equals(".bias") && rule.shape().rank() > 1;
    Shape wanted = bias ? Shape.of(rule.biasLength()) : rule.shape();
    String first = target(rule.parts().getFirst(), name.layer(), suffix);
    if (!map.check(tensor, first, wanted)) {
      rule.parts().forEach(part -> map.claim(target(part, name.layer(), suffix)));
    } else if (rule.isStacked()) {
      stack(tensor, rule, name, suffix);
    } else {
      emit(rule, name.layer(), suffix, List.of(tensor));
    }
  }

  private void stack(SourceTensor tensor, TensorRule rule, TensorName name, String suffix) {
    String key = name.layer() + "/" + rule.stack().group() + suffix;
    Group group = waiting.computeIfAbsent(key, _ -> new Group(name.layer(), suffix));
    Map<Integer, SourceTensor> parts =
        group.parts.computeIfAbsent(rule.source(), _ -> new TreeMap<>());
    if (name.part() >= rule.stack().count()) {
      map.unknown(tensor);
      return;
    }
    if (parts.put(name.part(), tensor) != null) {
      map.twice(target(rule.parts().getFirst(), name.layer(), suffix));
    }
    List<TensorRule> members =
        rules.stream().filter(one -> one.stack().group().equals(rule.stack().group())).toList();
    if (members.stream().allMatch(group::isComplete)) {
      emit(members, group);
      waiting.remove(key);
    }
  }

  /// Adds what is there of the groups that never became complete.
  void finish() {
    for (Group group : waiting.values()) {
      for (TensorRule rule : rules) {
        Map<Integer, SourceTensor> parts = group.parts.get(rule.source());
        if (parts != null && group.isComplete(rule)) {
          emit(List.of(rule), group);
        } else if (parts != null) {
          String name = target(rule.parts().getFirst(), group.layer, group.suffix);
          map.incomplete(name, parts.size(), rule.stack().count());
        }
      }
    }
  }

  private void emit(List<TensorRule> members, Group group) {
    for (TensorRule member : members) {
      Map<Integer, SourceTensor> parts = group.parts.get(member.source());
      if (parts != null) {
        emit(member, group.layer, group.suffix, List.copyOf(parts.values()));
      }
    }
  }

  private void emit(TensorRule rule, int layer, String suffix, List<SourceTensor> sources) {
    for (TensorRule.Part part : rule.parts()) {
      Transform transform =
          suffix.equals(".bias") ? part.ofBias() : part.transform().inBlock(layer);
      Shape shape = transform.shape(sources.getFirst().shape());
      map.add(new TensorMapping(target(part, layer, suffix), shape, sources, transform));
    }
  }

  /// The tensors of a block that appear together.
  private static final class Group {
    private final int layer;
    private final String suffix;
    private final Map<String, Map<Integer, SourceTensor>> parts = new LinkedHashMap<>();

    Group(int layer, String suffix) {
      this.layer = layer;
      this.suffix = suffix;
    }

    boolean isComplete(TensorRule rule) {
      Map<Integer, SourceTensor> own = parts.get(rule.source());
      return own != null && own.size() == rule.stack().count();
    }
  }
}
