package dev.quern.formats.architecture;

import dev.quern.formats.Shape;
import java.util.List;
import java.util.function.IntPredicate;

/// What a module of a checkpoint becomes in a GGUF: the names without `.weight` and `.bias`, which
/// both sides share, the extents that the configuration gives its weights, and what happens to
/// them. A bias goes the way of the rows.
///
/// @param source its name in the checkpoint, without the family's prefix; `{layer}` stands for the
///   number of a block, `{part}` for the number of one of several tensors that are stacked
/// @param parts what becomes of it, in the order of the GGUF; several where it is divided
/// @param shape extents of its weight in the checkpoint, row length first
/// @param biasLength elements of its bias
/// @param needed the blocks that cannot do without it; 0 is asked for what is in no block
/// @param stack what it is stacked with
/// @param bare true if its name in the checkpoint has no `.weight`
record TensorRule(
    String source,
    List<Part> parts,
    Shape shape,
    long biasLength,
    IntPredicate needed,
    Stacking stack,
    boolean bare) {
  private static final Stacking ALONE = new Stacking("", 0);

  TensorRule {
    parts = List.copyOf(parts);
  }

  /// A tensor of the GGUF.
  ///
  /// @param target its name; `.weight` or `.bias` is added unless it ends so, or with a dot, which
  ///   is taken away
  /// @param transform what happens to its source
  record Part(String target, Transform transform) {
    /// What happens to a bias: it goes the way of the rows, functions and extents are for weights.
    Transform ofBias() {
      return transform instanceof Transform.Each || transform instanceof Transform.Reshape
          ? new Transform.Keep()
          : transform;
    }
  }

  /// Tensors that become one.
  ///
  /// @param group the rules whose tensors appear together in the GGUF, as soon as all are there
  /// @param count how many there are; 0 for a tensor of its own
  record Stacking(String group, int count) {}

  /// A matrix of `rows` rows of `length` weights.
  static TensorRule matrix(String source, String target, long length, long rows) {
    return of(source, target, Shape.of(length, rows), rows);
  }

  /// A matrix that the checkpoint stores transposed, GPT-2's `Conv1D`.
  static TensorRule conv1d(String source, String target, long length, long rows) {
    return of(source, target, Shape.of(rows, length), rows).with(new Transform.Transpose());
  }

  /// A norm, or another vector.
  static TensorRule vector(String source, String target, long length) {
    return of(source, target, Shape.of(length), length);
  }

  /// A tensor of any extents.
  static TensorRule of(String source, String target, Shape shape, long biasLength) {
    List<Part> parts = List.of(new Part(target, new Transform.Keep()));
    return new TensorRule(source, parts, shape, biasLength, _ -> true, ALONE, false);
  }

  /// This rule with `transform` for its one part.
  TensorRule with(Transform transform) {
    return divided(new Part(parts.getFirst().target(), transform));
  }

  /// This rule with these parts.
  TensorRule divided(Part... divided) {
    return new TensorRule(source, List.of(divided), shape, biasLength, needed, stack, bare);
  }

  /// This rule for a tensor that a model may lack.
  TensorRule optional() {
    return onlyIn(_ -> false);
  }

  /// This rule for a tensor that a model may lack if `condition` holds.
  TensorRule optionalIf(boolean condition) {
    return condition ? optional() : this;
  }

  /// This rule for a tensor that only these blocks need.
  TensorRule onlyIn(IntPredicate blocks) {
    return new TensorRule(source, parts, shape, biasLength, blocks, stack, bare);
  }

  /// This rule for one of `count` tensors that are stacked, numbered by `{part}`.
  TensorRule stacked(String group, int count) {
    List<Part> stacks =
        parts.stream().map(part -> new Part(part.target, stacked(part.transform, count))).toList();
    return new TensorRule(
        source, stacks, shape, biasLength, needed, new Stacking(group, count), bare);
  }

  private static Transform stacked(Transform transform, int count) {
    Transform stack = new Transform.Stack(count);
    return transform instanceof Transform.Keep ? stack : stack.then(transform);
  }

  /// This rule for a tensor whose name in the checkpoint may lack `.weight`.
  TensorRule named() {
    return new TensorRule(source, parts, shape, biasLength, needed, stack, true);
  }

  /// This rule in a block: `blocks` before its source, `blk.{layer}.` before its targets.
  TensorRule inBlock(String blocks) {
    List<Part> inside =
        parts.stream().map(part -> new Part("blk.{layer}." + part.target, part.transform)).toList();
    return new TensorRule(blocks + source, inside, shape, biasLength, needed, stack, bare);
  }

  boolean isStacked() {
    return stack.count > 0;
  }

  boolean isInBlock() {
    return parts.getFirst().target.startsWith("blk.");
  }
}
