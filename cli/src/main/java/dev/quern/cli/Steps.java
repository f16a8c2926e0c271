package dev.quern.cli;

import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/// A progress bar on stderr for what takes longer than a second, when a person is watching.
final class Steps implements AutoCloseable {
  private static final long PATIENCE = 1_000_000_000;

  private final String task;
  private final boolean shown;
  private final long started = System.nanoTime();
  private Optional<ProgressBar> bar = Optional.empty();

  private Steps(String task, boolean shown) {
    this.task = task;
    this.shown = shown;
  }

  /// A bar for `task`, if a terminal shows it.
  static Steps of(String task) {
    return new Steps(task, Terminal.showsProgress());
  }

  /// `done` of `total` steps are taken; any thread may say so.
  synchronized void step(long done, long total) {
    if (!shown || (bar.isEmpty() && System.nanoTime() - started < PATIENCE)) {
      return;
    }
    if (bar.isEmpty()) {
      bar =
          Optional.of(
              new ProgressBarBuilder()
                  .setTaskName(task)
                  .setInitialMax(100)
                  .setStyle(ProgressBarStyle.ASCII)
                  .setUpdateIntervalMillis(200)
                  .setMaxRenderedLength(80)
                  .clearDisplayOnFinish()
                  .build());
    }
    bar.get().stepTo(total == 0 ? 100 : 100 * done / total);
  }

  @Override
  public synchronized void close() {
    bar.ifPresent(ProgressBar::close);
  }
}
