package dev.quern.formats.architecture;

/// How the blocks of a decoder compute: everything in which one family differs from another, as
/// values. Biases are not listed: a block has those whose tensors the model has.
///
/// Every enum lists what the engine can compute and nothing else, so that a new constant makes the
/// compiler name the places that must learn it.
///
/// @param norm the normalization before attention, before the feed-forward part and at the end
/// @param attention heads, their lengths, and what they may look at
/// @param rotary how positions turn queries and keys
/// @param feedForward the part after attention
/// @param residual how the two parts are added to their input
public record BlockTraits(
    Norm norm, Attention attention, Rotary rotary, FeedForward feedForward, Residual residual) {

  /// Kinds of normalization.
  public enum NormKind {
    /// Division by the root of the mean square.
    RMS
  }

  /// A normalization.
  ///
  /// @param kind what is computed
  /// @param epsilon added to the mean square before the root
  public record Norm(NormKind kind, float epsilon) {}

  /// Heads of an attention part.
  ///
  /// @param heads query heads, a multiple of `keyValueHeads`
  /// @param keyValueHeads heads of keys and values
  /// @param keyLength weights of a query or key head
  /// @param valueLength weights of a value head
  /// @param scale what the products of queries and keys are multiplied with
  /// @param window which earlier positions each block looks at
  public record Attention(
      int heads,
      int keyValueHeads,
      int keyLength,
      int valueLength,
      float scale,
      WindowPattern window) {

    /// Query heads that share a head of keys and values.
    public int headsPerKeyValue() {
      return heads / keyValueHeads;
    }
  }

  /// How far back the blocks look: position `i` attends to `j` if `0 <= i - j < length`.
  ///
  /// @param length the window of every block; [#UNLIMITED] for all earlier positions
  public record WindowPattern(int length) {
    /// A window that every position is in.
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /// The window of block `index`.
    public int lengthOf(int index) {
      return length;
    }
  }

  /// Which elements of a head are turned together.
  public enum RotaryStyle {
    /// Elements `2i` and `2i + 1`, as GGUF files of the llama family have their rows.
    INTERLEAVED
  }

  /// How positions turn queries and keys.
  ///
  /// @param style which elements form a pair
  /// @param dimensions how many leading elements of a head are turned, an even number
  /// @param base the base of the frequencies: pair `i` turns by `base ^ (-2i / dimensions)` a step
  /// @param scaling what stretches the frequencies to longer contexts
  public record Rotary(RotaryStyle style, int dimensions, float base, RotaryScaling scaling) {}

  /// Functions between the two matrices of a feed-forward part.
  public enum Activation {
    /// `x / (1 + e^-x)`.
    SILU
  }

  /// A feed-forward part.
  ///
  /// @param activation the function between
  /// @param gated true if the activated gate multiplies a second product
  /// @param length rows of the first matrices
  public record FeedForward(Activation activation, boolean gated, int length) {}

  /// How attention and feed-forward part are added to their input.
  public enum Residual {
    /// The feed-forward part sees the sum of the block's input and its attention.
    SEQUENTIAL
  }
}
