package dev.quern.formats.gguf;

/// What the parts of a model say of each other in their metadata.
public final class SplitKeys {
  /// Which part it is, from 0.
  public static final String NO = "split.no";

  /// How many parts there are; 0 in a file that was joined from parts.
  public static final String COUNT = "split.count";

  /// How many tensors all parts have together.
  public static final String TENSORS = "split.tensors.count";

  private SplitKeys() {}
}
