package dev.quern.verifier.blame;

import dev.quern.formats.GgmlType;
import dev.quern.formats.TensorInfo;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.TensorDifference.Changed;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// A group of tensors that differ from the source's.
///
/// @param group what they have in common
/// @param pattern a regular expression that finds them
/// @param tensors as the candidate has them
/// @param weightError root mean square of the differences of their weights over that of the
///   source's
/// @param finer the type that a recipe would give them instead: nearly as good as the source's
public record Suspect(
    String group, String pattern, List<TensorInfo> tensors, double weightError, GgmlType finer) {
  public Suspect {
    tensors = List.copyOf(tensors);
  }

  /// The groups of what `diff` of source and candidate found changed, those whose weights are
  /// farthest off first, at most `most`.
  public static List<Suspect> of(ModelDiff diff, Grouping grouping, int most) {
    Map<String, List<Changed>> groups = new LinkedHashMap<>();
    diff.tensors().stream()
        .filter(Changed.class::isInstance)
        .map(Changed.class::cast)
        .forEach(
            one ->
                groups
                    .computeIfAbsent(grouping.groupOf(one.name()), _ -> new ArrayList<>())
                    .add(one));
    return groups.entrySet().stream()
        .map(entry -> of(entry.getKey(), grouping.pattern(entry.getKey()), entry.getValue()))
        .sorted(Comparator.comparingDouble(Suspect::weightError).reversed())
        .limit(most)
        .toList();
  }

  private static Suspect of(String group, String pattern, List<Changed> changed) {
    double squares = 0;
    double weights = 0;
    for (Changed one : changed) {
      double count = one.second().shape().elements();
      squares += one.relativeError() * one.relativeError() * count;
      weights += count;
    }
    boolean whole =
        changed.stream().allMatch(one -> GgmlType.Q8_0.divides(one.second().shape().rowLength()));
    return new Suspect(
        group,
        pattern,
        changed.stream().map(Changed::second).toList(),
        Math.sqrt(squares / weights),
        whole ? GgmlType.Q8_0 : GgmlType.F16);
  }

  /// Their names.
  public Set<String> names() {
    return tensors.stream().map(TensorInfo::name).collect(Collectors.toUnmodifiableSet());
  }

  /// Bytes that the file grows by if they are stored as [#finer]; 0 if they have that much already.
  public long growth() {
    long growth = 0;
    for (TensorInfo info : tensors) {
      growth += finer.bytes(info.shape().rowLength()) * info.shape().rows() - info.bytes();
    }
    return Math.max(0, growth);
  }

  /// The option that would store them as [#finer].
  public String option() {
    return "--tensor-type '" + pattern + "=" + finer + "'";
  }
}
