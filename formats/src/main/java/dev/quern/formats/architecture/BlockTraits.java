package dev.quern.formats.architecture;

/// How a block of a decoder computes: everything in which one family differs from another, as
/// values. Biases are not listed: a block has those whose tensors the model has.
///
/// Every enum lists what the engine can compute and nothing else, so that a new constant makes the
/// compiler name the places that must learn it.
///
/// @param norm every normalization of the block
/// @param places which tensors normalize what
/// @param attention heads, their lengths, and what they may look at
/// @param rotary how positions turn queries and keys
/// @param feedForward the part after or beside attention
/// @param residual how the two parts are added to their input
public record BlockTraits(
    Norm norm,
    NormPlaces places,
    Attention attention,
    Rotary rotary,
    FeedForward feedForward,
    Residual residual) {

  /// Kinds of normalization.
  public enum NormKind {
    /// Division by the root of the mean square, times weights.
    RMS,
    /// The mean taken away, divided by the deviation, times weights.
    LAYER,
    /// The mean taken away, divided by the deviation; no tensors.
    PLAIN_LAYER
  }

  /// A normalization.
  ///
  /// @param kind what is computed
  /// @param epsilon added to the mean square before the root
  public record Norm(NormKind kind, float epsilon) {}

  /// What is normalized, by the names of the tensors of a block that hold the weights: `attn_norm`
  /// stands for `blk.N.attn_norm.weight`. An empty name is no normalization.
  ///
  /// @param beforeAttention applied to the input of attention
  /// @param beforeFeedForward applied to the input of the feed-forward part; in a parallel block it
  ///   may be the name before attention, which is then applied once
  /// @param afterAttention applied to what attention adds
  /// @param afterFeedForward applied to what the feed-forward part adds
  public record NormPlaces(
      String beforeAttention,
      String beforeFeedForward,
      String afterAttention,
      String afterFeedForward) {
    private static final String ATTENTION = "attn_norm";
    private static final String FEED_FORWARD = "ffn_norm";
    private static final String AFTER_ATTENTION = "post_attention_norm";
    private static final String AFTER_FEED_FORWARD = "post_ffw_norm";

    /// Before both parts.
    public static final NormPlaces BEFORE = new NormPlaces(ATTENTION, FEED_FORWARD, "", "");

    /// One that both parts share.
    public static final NormPlaces SHARED = new NormPlaces(ATTENTION, ATTENTION, "", "");

    /// After both parts, none before.
    public static final NormPlaces AFTER =
        new NormPlaces("", "", AFTER_ATTENTION, AFTER_FEED_FORWARD);

    /// Before and after both parts.
    public static final NormPlaces AROUND =
        new NormPlaces(ATTENTION, FEED_FORWARD, AFTER_ATTENTION, AFTER_FEED_FORWARD);
  }

  /// Heads of an attention part.
  ///
  /// @param heads query heads, a multiple of `keyValueHeads`
  /// @param keyValueHeads heads of keys and values
  /// @param keyLength weights of a query or key head
  /// @param valueLength weights of a value head
  /// @param window position `i` attends to `j` if `0 <= i - j < window`; [#UNLIMITED] for all
  /// @param clamp queries, keys and values are cut to `-clamp` to `clamp`; 0 for no limit
  /// @param headNorm the normalization of queries and keys
  /// @param scores what happens to products of queries and keys
  /// @param source what queries, keys and values are made from
  public record Attention(
      int heads,
      int keyValueHeads,
      int keyLength,
      int valueLength,
      int window,
      float clamp,
      HeadNorm headNorm,
      Scores scores,
      Source source) {
    /// A window that every position is in.
    public static final int UNLIMITED = Integer.MAX_VALUE;

    /// Query heads that share a head of keys and values.
    public int headsPerKeyValue() {
      return heads / keyValueHeads;
    }

    /// The same heads with another window.
    public Attention withWindow(int window) {
      return new Attention(
          heads, keyValueHeads, keyLength, valueLength, window, clamp, headNorm, scores, source);
    }
  }

  /// What queries, keys and values are made from.
  public sealed interface Source {}

  /// The input, by a matrix each.
  public record Direct() implements Source {}

  /// Short vectors that are made from the input. The normalized vector of keys and values is the
  /// value of every head, and with a turned part behind it the key; a head's query is taken there
  /// by a matrix, and what it sees is taken back by another.
  ///
  /// @param queryRank length of the vector that queries are made from; 0 if they are made from the
  ///   input
  /// @param rank length of the vector of keys and values
  /// @param plainLength elements of a query before they are taken there
  /// @param turnedLength elements of a query that are turned, behind those
  /// @param valueLength elements of what a head has seen, after it was taken back
  public record Latent(int queryRank, int rank, int plainLength, int turnedLength, int valueLength)
      implements Source {}

  /// Normalizations of queries and keys, before they are turned.
  public enum HeadNorm {
    /// None.
    NONE,
    /// Every head for itself, all with the same weights.
    SHARED,
    /// Every head for itself, with weights of its own.
    OWN,
    /// All heads as one vector.
    WHOLE
  }

  /// What happens to the product of a query and a key.
  ///
  /// @param scale it is multiplied with this
  /// @param softCap then it becomes `softCap · tanh(x / softCap)`; 0 for no cap
  /// @param alibi then each position that lies between takes something away, by a slope that halves
  ///   from head to head until it is `2^-alibi`; 0 for no slope
  public record Scores(float scale, float softCap, float alibi) {}

  /// Which elements of a head are turned together.
  public enum RotaryStyle {
    /// Elements `2i` and `2i + 1`, as GGUF files of the llama family have their rows.
    INTERLEAVED,
    /// Elements `i` and `i + dimensions / 2`, as GPT-NeoX has them.
    HALVES
  }

  /// How positions turn queries and keys.
  ///
  /// @param style which elements form a pair
  /// @param dimensions how many leading elements of a head are turned, an even number; 0 for none
  /// @param base the base of the frequencies: pair `i` turns by `base ^ (-2i / dimensions)` a step
  /// @param scaling what stretches the frequencies to longer contexts
  public record Rotary(RotaryStyle style, int dimensions, float base, RotaryScaling scaling) {
    /// Queries and keys as they are.
    public static final Rotary NONE =
        new Rotary(RotaryStyle.INTERLEAVED, 0, 1, new RotaryScaling.None());
  }

  /// Functions between the two matrices of a feed-forward part.
  public enum Activation {
    /// `x / (1 + e^-x)`.
    SILU,
    /// `x` times the share of a normal distribution below `x`.
    GELU,
    /// The same with a hyperbolic tangent in place of the error function.
    GELU_TANH,
    /// `x / (1 + e^-1.702x)`.
    GELU_QUICK,
    /// `max(x, 0)`.
    RELU,
    /// `max(x, 0)²`.
    RELU_SQUARED,
    /// `x / (1 + e^-1.702x)` with `x` at most 7, times one more than the second product, which is
    /// cut to -7 to 7.
    CLAMPED_QUICK
  }

  /// The part of a block that sees each position for itself.
  public sealed interface FeedForward {}

  /// Two matrices, or three.
  ///
  /// @param activation the function between
  /// @param gated true if the activated gate multiplies a second product
  /// @param length columns of the last matrix
  public record Dense(Activation activation, boolean gated, int length) implements FeedForward {}

  /// A router, and matrices of which each position uses some.
  ///
  /// @param router how they are chosen
  /// @param expert what each of them is
  /// @param shared what every position uses besides; of length 0 if there is none
  public record Experts(Router router, Dense expert, Dense shared) implements FeedForward {}

  /// How experts are chosen and weighed.
  ///
  /// @param gating what the router's products become
  /// @param count experts that there are
  /// @param used experts of a position
  /// @param groups experts are in so many groups of equal size, one after another
  /// @param usedGroups groups whose experts a position may choose from
  /// @param normalized whether the weights of the chosen are divided by their sum
  /// @param scale what weights are multiplied with
  public record Router(
      Gating gating,
      int count,
      int used,
      int groups,
      int usedGroups,
      boolean normalized,
      float scale) {}

  /// What the products of a router become before the largest are chosen.
  public enum Gating {
    /// Shares of all experts; a group counts by its largest.
    SOFTMAX,
    /// `1 / (1 + e^-x)`, each for itself; a group counts by the sum of its two largest.
    SIGMOID,
    /// They are chosen as they are, and become shares of the chosen.
    SOFTMAX_OF_CHOSEN,
    /// Two are chosen, one after the other, each with its share of those that come near it.
    SPARSE_MIXER
  }

  /// Which input the feed-forward part has.
  public enum Order {
    /// The sum of the block's input and its attention.
    SEQUENTIAL,
    /// The block's input.
    PARALLEL
  }

  /// How attention and feed-forward part are added to their input.
  ///
  /// @param order which input the feed-forward part has
  /// @param scale what each of the two is multiplied with before it is added
  public record Residual(Order order, float scale) {}
}
