package dev.quern.verifier;

/// What a speed benchmark times: a prompt read at once, then tokens one by one, after tokens that
/// are already there.
///
/// @param prompt tokens of the prompt
/// @param generated tokens that follow one by one
/// @param depth tokens that were read before, unmeasured
public record Workload(int prompt, int generated, int depth) {
  private static final int MOST = 1 << 24;

  /// @throws IllegalArgumentException if there is nothing to time, or more than any model reads
  public Workload {
    if (prompt < 0 || generated < 0 || depth < 0 || prompt + (long) generated == 0) {
      throw new IllegalArgumentException(
          "nothing to time in a prompt of %d and %d tokens after %d"
              .formatted(prompt, generated, depth));
    }
    if ((long) prompt + generated + depth > MOST) {
      throw new IllegalArgumentException(
          "%d tokens are too many, wanted at most %d"
              .formatted((long) prompt + generated + depth, MOST));
    }
  }

  /// `pp512`, `tg128`, `pp512+tg128`, `tg128 @ d4096`.
  public String name() {
    String name = prompt > 0 ? "pp" + prompt : "";
    if (generated > 0) {
      name += (name.isEmpty() ? "tg" : "+tg") + generated;
    }
    return depth == 0 ? name : name + " @ d" + depth;
  }

  /// Tokens that are timed.
  public int tokens() {
    return prompt + generated;
  }

  /// Positions that it takes.
  public int positions() {
    return depth + tokens();
  }
}
