package dev.quern.verifier.sanity;

import dev.quern.formats.GgmlType;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.verifier.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// Decodes every weight of a model and looks for what cannot be right: weights that are not finite
/// (a damaged scale), whole tensors of zeros, blocks of zeros in rows that have other weights.
final class WeightScan {
  private static final String CHECK = "weights";

  /// The share of dead blocks from which on they are a fault of the tensor.
  private static final double MANY_DEAD = 0.01;

  private final ModelView model;
  private final int threads;
  private final Progress progress;
  private final AtomicLong done = new AtomicLong();

  WeightScan(ModelView model, int threads, Progress progress) {
    this.model = model;
    this.threads = threads;
    this.progress = progress;
  }

  List<Finding> findings() {
    long total = model.tensors().stream().mapToLong(TensorInfo::bytes).sum();
    List<Finding> findings = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<List<Finding>>> running =
          model.tensors().stream().map(info -> executor.submit(task(info, total))).toList();
      for (Future<List<Finding>> one : running) {
        findings.addAll(one.get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
    return findings;
  }

  private Callable<List<Finding>> task(TensorInfo info, long total) {
    return () -> {
      TensorData data = model.tensor(info.name()).orElseThrow();
      List<Finding> found =
          BlockCodecs.find(info.type()).isEmpty()
              ? List.of()
              : findings(info, new TensorScan(data).run());
      progress.step(done.addAndGet(info.bytes()), total);
      return found;
    };
  }

  private static List<Finding> findings(TensorInfo info, TensorScan.Counts counts) {
    List<Finding> findings = new ArrayList<>();
    String tensor = "tensor " + info.name();
    if (counts.notFinite() > 0) {
      findings.add(
          Finding.fault(
              CHECK,
              "%s: %d of %d weights are not finite, the first in row %d"
                  .formatted(
                      tensor,
                      counts.notFinite(),
                      info.shape().elements(),
                      counts.firstNotFinite())));
    }
    long rows = info.shape().rows();
    if (counts.zeroRows() == rows && cannotBeZero(info)) {
      findings.add(Finding.fault(CHECK, tensor + ": every weight is zero"));
    } else if (counts.zeroRows() > 0 && rows > 1 && counts.zeroRows() < rows) {
      findings.add(
          Finding.note(
              CHECK, "%s: %d of %d rows are zero".formatted(tensor, counts.zeroRows(), rows)));
    }
    if (counts.deadBlocks() > 0) {
      GgmlType type = info.type();
      long blocks = info.shape().elements() / type.blockSize();
      String problem =
          "%s: %d of %d blocks of %s are zero in rows that are not"
              .formatted(tensor, counts.deadBlocks(), blocks, type);
      findings.add(
          counts.deadBlocks() > MANY_DEAD * blocks
              ? Finding.fault(CHECK, problem)
              : Finding.note(CHECK, problem));
    }
    return findings;
  }

  /// True for matrices and the weights of norms; a bias may be zero.
  private static boolean cannotBeZero(TensorInfo info) {
    return info.shape().elements() > 0
        && info.name().endsWith(".weight")
        && (info.shape().rows() > 1 || info.name().endsWith("norm.weight"));
  }
}
