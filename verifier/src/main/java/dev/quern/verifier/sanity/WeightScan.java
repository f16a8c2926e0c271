package dev.quern.verifier.sanity;

import dev.quern.formats.ModelView;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.verifier.EachTensor;
import dev.quern.verifier.Progress;
import java.util.ArrayList;
import java.util.List;

/// Decodes every weight of a model and looks for what cannot be right: weights that are not finite
/// (a damaged scale), whole tensors of zeros, blocks of zeros in rows that have other weights.
final class WeightScan {
  private static final String CHECK = "weights";

  /// The share of dead blocks from which on they are a fault of the tensor.
  private static final double MANY_DEAD = 0.01;

  private WeightScan() {}

  /// What is wrong with the weights of `model`.
  static List<Finding> findings(ModelView model, int threads, Progress progress) {
    return EachTensor.map(model, threads, progress, info -> findings(model, info)).stream()
        .flatMap(List::stream)
        .toList();
  }

  private static List<Finding> findings(ModelView model, TensorInfo info) {
    TensorData data = model.tensor(info.name()).orElseThrow();
    return BlockCodecs.find(info.type()).isEmpty()
        ? List.of()
        : findings(info, new TensorScan(data).run());
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
      findings.add(dead(info, counts.deadBlocks()));
    }
    return findings;
  }

  private static Finding dead(TensorInfo info, long dead) {
    long blocks = info.shape().elements() / info.type().blockSize();
    String problem =
        "tensor %s: %d of %d blocks of %s are zero in rows that are not"
            .formatted(info.name(), dead, blocks, info.type());
    return dead > MANY_DEAD * blocks ? Finding.fault(CHECK, problem) : Finding.note(CHECK, problem);
  }

  /// True for matrices and the weights of norms; a bias may be zero.
  private static boolean cannotBeZero(TensorInfo info) {
    return info.shape().elements() > 0
        && info.name().endsWith(".weight")
        && (info.shape().rows() > 1 || info.name().endsWith("norm.weight"));
  }
}
