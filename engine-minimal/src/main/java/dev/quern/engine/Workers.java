package dev.quern.engine;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Threads that wait for small tasks: they spin for a moment, then park. One caller at a time.
///
/// The parts of a task are claimed one by one: each thread takes those of its own span in turn, as
/// memory is read fastest where it was read last, and then those that are left of other spans. So a
/// thread that is slow or not scheduled does less, and nobody waits for a thread that has claimed
/// nothing. Nothing is allocated per task.
final class Workers implements AutoCloseable {
  /// Work that is cut into parts which may run in any order and at once.
  interface Task {
    /// Does part `part`; `worker` is below [Workers#threads()] and no two threads share it.
    void run(int part, int worker);
  }

  private static final int SPINS = 20_000;

  /// Longs from one span's claims to the next: two lines of the cache, as they are fetched in
  /// pairs.
  private static final int APART = 16;

  private static final int CLOSED = Integer.MAX_VALUE;
  private static final Task NOTHING = (part, worker) -> {};

  private final Worker[] workers;
  // for each span: round in the upper half, next part in the lower; it changes before task and
  // parts
  // do, so a claim with fields of another round never succeeds
  private final AtomicLongArray claims;
  private final AtomicInteger done = new AtomicInteger();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private Task task = NOTHING;
  private int parts;
  private volatile long round;
  private volatile @Nullable Thread waiting;
  private volatile boolean closed;

  Workers(int threads) {
    workers = new Worker[threads - 1];
    claims = new AtomicLongArray(threads * APART);
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1);
    }
    for (Worker worker : workers) {
      worker.thread.start();
    }
  }

  /// Threads that compute, the caller's included.
  int threads() {
    return workers.length + 1;
  }

  /// Does all `parts` parts of `task`; the caller takes part, as worker 0.
  void run(Task task, int parts) {
    if (workers.length == 0 || parts == 1) {
      for (int part = 0; part < parts; part++) {
        task.run(part, 0);
      }
      return;
    }
    long next = round + 1;
    for (int span = 0; span < threads(); span++) {
      claims.set(span * APART, next << 32 | CLOSED);
    }
    this.task = task;
    this.parts = parts;
    done.set(0);
    for (int span = 0; span < threads(); span++) {
      claims.set(span * APART, next << 32 | end(span - 1, parts));
    }
    round = next;
    wake(Math.min(workers.length, parts - 1));
    take(0);
    await(parts);
    Throwable thrown = failure.getAndSet(null);
    if (thrown instanceof Error e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
  }

  private void wake(int most) {
    for (int i = 0; i < most; i++) {
      if (workers[i].parked) {
        LockSupport.unpark(workers[i].thread);
      }
    }
  }

  /// The part behind those of span `span`.
  private int end(int span, int parts) {
    return (int) ((span + 1L) * parts / threads());
  }

  private void take(int worker) {
    int ran = 0;
    for (int i = 0; i < threads(); i++) {
      ran += takeSpan((worker + i) % threads(), worker);
    }
    if (ran > 0 && done.addAndGet(ran) == parts) {
      LockSupport.unpark(waiting);
    }
  }

  /// Takes what is left of a span and returns how many parts that were: they are all of one task,
  /// as no other begins before they are counted.
  private int takeSpan(int span, int worker) {
    for (int ran = 0; ; ) {
      long claim = claims.get(span * APART);
      int part = (int) claim;
      Task current = task;
      if (part >= end(span, parts)) {
        return ran;
      }
      if (claims.compareAndSet(span * APART, claim, claim + 1)) {
        ran++;
        try {
          current.run(part, worker);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        }
      }
    }
  }

  private void await(int parts) {
    for (int spin = 0; spin < SPINS; spin++) {
      if (done.get() == parts) {
        return;
      }
      Thread.onSpinWait();
    }
    waiting = Thread.currentThread();
    while (done.get() != parts) {
      LockSupport.park(this);
    }
    waiting = null;
  }

  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker.thread);
    }
  }

  private final class Worker {
    private final Thread thread;
    private volatile boolean parked;

    Worker(int index) {
      thread =
          Thread.ofPlatform().daemon().name("quern-engine-" + index).unstarted(() -> serve(index));
    }

    private void serve(int index) {
      long seen = 0; // a task that began before this thread did is not missed
      while (!closed) {
        long current = round;
        if (current == seen) {
          waitBeyond(seen);
          continue;
        }
        seen = current;
        take(index);
      }
    }

    private void waitBeyond(long seen) {
      for (int spin = 0; spin < SPINS; spin++) {
        if (round != seen || closed) {
          return;
        }
        Thread.onSpinWait();
      }
      parked = true;
      while (round == seen && !closed) {
        LockSupport.park(Workers.this);
      }
      parked = false;
    }
  }
}
