package dev.quern.formats.architecture;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.SourceTensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/// What the tensors of a family are called in a checkpoint, what each becomes in a GGUF, and which
/// a model cannot do without: the part of a family's file that is a table.
final class TensorRules {
  /// Buffers that checkpoints of many families carry and no GGUF does.
  private static final List<String> BUFFERS =
      List.of(
          ".attention.masked_bias",
          ".attention.bias",
          "rotary_emb.inv_freq",
          "maybe_rotary.inv_freq");

  /// Numbers in the longest tensor that is read to see whether it is a bias of zeros.
  private static final long LONGEST_BIAS = 1 << 20;

  private final int layers;
  private final List<TensorRule> rules = new ArrayList<>();
  private final Map<String, TensorRule> byPattern = new HashMap<>();
  private final Set<String> skipped = new HashSet<>();
  private final SequencedMap<String, List<Float>> constants = new LinkedHashMap<>();
  private final SequencedMap<String, String> renamed = new LinkedHashMap<>();
  private final List<String> skippedParts = new ArrayList<>();
  private List<String> prefixes = List.of("");
  private int firstSkipped = Integer.MAX_VALUE;
  private boolean zeroBiases = true;

  /// Rules for a model of `layers` blocks.
  TensorRules(int layers) {
    this.layers = layers;
  }

  /// What names may begin with before what the rules say; the first that fits is taken away.
  TensorRules prefixes(String... names) {
    prefixes = List.of(names);
    return this;
  }

  /// Whole names that are left out.
  TensorRules skip(String... names) {
    for (String name : names) {
      skipped.add(TensorName.patternOf(name));
    }
    return this;
  }

  /// Leaves out what belongs to blocks from `block` on: those that guess further tokens.
  TensorRules skipBlocksFrom(int block) {
    firstSkipped = block;
    return this;
  }

  /// Leaves out biases of at most 2^20 numbers that are all zero: readers of the family's files
  /// know none.
  TensorRules withoutZeroBiases() {
    zeroBiases = false;
    return this;
  }

  /// Parts of names that are left out: encoders of images and sound.
  TensorRules skipParts(String... parts) {
    skippedParts.addAll(List.of(parts));
    return this;
  }

  /// Reads names that end with `end` as if they ended with `other`.
  TensorRules rename(String end, String other) {
    renamed.put(end, other);
    return this;
  }

  /// A tensor of the GGUF that no file holds; those come first.
  TensorRules constant(String name, List<Float> values) {
    constants.put(name, values);
    return this;
  }

  /// Adds rules for tensors outside of the blocks.
  TensorRules top(TensorRule... added) {
    for (TensorRule rule : added) {
      add(rule);
    }
    return this;
  }

  /// Adds rules for tensors of blocks, whose names begin with `prefix` in the checkpoint.
  TensorRules blocks(String prefix, TensorRule... added) {
    for (TensorRule rule : added) {
      add(rule.inBlock(prefix));
    }
    return this;
  }

  private void add(TensorRule rule) {
    rules.add(rule);
    byPattern.put(TensorName.patternOf(rule.source()), rule);
  }

  /// Where every tensor of the GGUF comes from, in the order of the reference converter.
  TensorMap map(Checkpoint checkpoint) {
    TensorMap.Builder map = new TensorMap.Builder(checkpoint.path());
    constants.forEach((name, values) -> map.add(TensorMapping.constant(name, values)));
    TensorCollector collector = new TensorCollector(rules, map);
    for (SourceTensor tensor : checkpoint.tensors()) {
      if (!isSkipped(tensor.name()) && (zeroBiases || !isZeroBias(tensor))) {
        Optional<Match> match = match(tensor.name());
        if (match.isPresent()) {
          collector.add(tensor, match.get().rule(), match.get().name());
        } else {
          map.unknown(tensor);
        }
      }
    }
    collector.finish();
    map.require(required());
    return map.build();
  }

  /// A rule and the name that it fits.
  private record Match(TensorRule rule, TensorName name) {}

  private Optional<Match> match(String tensor) {
    for (String rest : withoutPrefix(tensor)) {
      TensorName name = TensorName.of(rest);
      TensorRule rule = byPattern.get(name.pattern());
      if (rule != null && fits(rule, name)) {
        return Optional.of(new Match(rule, name));
      }
    }
    return Optional.empty();
  }

  private boolean fits(TensorRule rule, TensorName name) {
    return (rule.bare() || !name.suffix().isEmpty())
        && (!rule.isInBlock() || name.layer() < layers);
  }

  /// The name as the rules may know it, for every prefix that it has.
  private List<String> withoutPrefix(String tensor) {
    String name = renamed(tensor.replace("language_model.", ""));
    return prefixes.stream()
        .filter(name::startsWith)
        .map(prefix -> name.substring(prefix.length()))
        .toList();
  }

  private String renamed(String name) {
    for (Map.Entry<String, String> entry : renamed.entrySet()) {
      if (name.endsWith(entry.getKey())) {
        return name.substring(0, name.length() - entry.getKey().length()) + entry.getValue();
      }
    }
    return name;
  }

  private boolean isSkipped(String tensor) {
    return BUFFERS.stream().anyMatch(tensor::endsWith)
        || skippedParts.stream().anyMatch(tensor::contains)
        || withoutPrefix(tensor).stream().map(TensorName::of).anyMatch(this::isSkipped);
  }

  private boolean isSkipped(TensorName name) {
    return skipped.contains(name.pattern() + name.suffix())
        || (name.pattern().startsWith("layers.{}") && name.layer() >= firstSkipped);
  }

  private static boolean isZeroBias(SourceTensor tensor) {
    if (!tensor.name().endsWith(".bias") || tensor.shape().elements() > LONGEST_BIAS) {
      return false;
    }
    MemorySegment bytes = tensor.bytes();
    for (long i = 0; i < bytes.byteSize(); i++) {
      if (bytes.get(ValueLayout.JAVA_BYTE, i) != 0) {
        return false;
      }
    }
    return true;
  }

  private List<String> required() {
    List<String> names = new ArrayList<>();
    for (TensorRule rule : rules) {
      int blocks = rule.isInBlock() ? layers : 1;
      for (int layer = 0; layer < blocks; layer++) {
        if (rule.needed().test(layer)) {
          for (TensorRule.Part part : rule.parts()) {
            names.add(TensorCollector.target(part, layer, ".weight"));
          }
        }
      }
    }
    return names.stream().distinct().toList();
  }
}
