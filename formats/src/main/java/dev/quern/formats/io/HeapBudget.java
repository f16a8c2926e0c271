package dev.quern.formats.io;

import dev.quern.formats.MalformedFileException;
import java.nio.file.Path;

/// How much heap the names, shapes and strings of a file may take, so that a file made to exhaust
/// memory ends in a message.
///
/// Charges are estimates of what objects cost, a little above the truth. Not for several threads.
public final class HeapBudget {
  private final long limit;
  private long used;

  /// A budget of `limit` bytes.
  public HeapBudget(long limit) {
    this.limit = limit;
  }

  /// Half of what this JVM may ever allocate.
  public static HeapBudget ofThisJvm() {
    return new HeapBudget(Runtime.getRuntime().maxMemory() / 2);
  }

  /// Takes `bytes` for `what` of `file`.
  ///
  /// @throws MalformedFileException if the budget does not have them
  public void charge(Path file, String what, long bytes) {
    if (bytes > limit - used) {
      throw new MalformedFileException(
          file,
          ("its " + what + " would fill more than the " + limit + " bytes of memory")
              + " that may be used for it; if the file is what it should be, give Java more (-Xmx)");
    }
    used += bytes;
  }

  /// Takes what a string of `bytes` bytes costs, its object included.
  public void chargeText(Path file, String what, long bytes) {
    charge(file, what, Math.addExact(64, Math.multiplyExact(2, bytes)));
  }
}
