package dev.quern.engine;

/// A task whose parts are groups of the tokens of a batch.
abstract class TokenTask implements Workers.Task {
  private static final int TOKENS_AT_ONCE = 16;

  private final Workers workers;
  private int count;

  TokenTask(Workers workers) {
    this.workers = workers;
  }

  /// Does all of `count` tokens.
  final void overTokens(int count) {
    this.count = count;
    workers.run(this, (count + TOKENS_AT_ONCE - 1) / TOKENS_AT_ONCE);
  }

  @Override
  public final void run(int part, int worker) {
    int end = Math.min(count, (part + 1) * TOKENS_AT_ONCE);
    for (int token = part * TOKENS_AT_ONCE; token < end; token++) {
      token(token, worker);
    }
  }

  /// Does one token; `worker` as in [Workers.Task#run].
  abstract void token(int token, int worker);
}
