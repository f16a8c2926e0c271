package dev.quern.formats.imatrix;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/// What `llama-imatrix --show-statistics` says of a matrix: of each tensor, and of each block.
///
/// @param tensors by block, then by name; those outside of blocks come last, the output behind them
/// @param blocks by number
public record ImportanceStatistics(List<TensorStatistics> tensors, List<BlockStatistics> blocks) {
  private static final double SMALLEST_ENERGY = 1e-10f;

  public ImportanceStatistics {
    tensors = List.copyOf(tensors);
    blocks = List.copyOf(blocks);
  }

  /// What is said of a block: sums over those of its tensors that a block before has too.
  ///
  /// @param block its number
  /// @param energy sum over all of its tensors
  /// @param gain root mean square over that of the block before
  /// @param distance Euclidean distance to it
  /// @param cosine cosine of the angle to it
  /// @param correlation Pearson's correlation with it
  /// @param covariance covariance with it
  public record BlockStatistics(
      int block,
      float energy,
      float gain,
      float distance,
      float cosine,
      float correlation,
      float covariance) {}

  /// A tensor that had inputs.
  private record Known(ImportanceEntry entry, InputMoments moments) {}

  /// One tensor with what its block's figures need.
  private record Measured(
      TensorStatistics tensor,
      int block,
      BlockComparison comparison,
      double energyBefore,
      long elementsBefore) {}

  /// Computes the statistics of `matrix`, one tensor at a time. Entries without any inputs are left
  /// out.
  public static ImportanceStatistics of(ImportanceMatrix matrix) {
    List<Measured> measured = new ArrayList<>(measure(matrix));
    measured.sort(
        Comparator.<Measured>comparingInt(one -> order(one.tensor().tensor(), one.block()))
            .thenComparing(one -> one.tensor().tensor()));
    SequencedMap<Integer, List<Measured>> blocks = new TreeMap<>();
    for (Measured one : measured) {
      if (one.block() >= 0) {
        blocks.computeIfAbsent(one.block(), _ -> new ArrayList<>()).add(one);
      }
    }
    return new ImportanceStatistics(
        measured.stream().map(Measured::tensor).toList(),
        blocks.entrySet().stream().map(entry -> block(entry.getKey(), entry.getValue())).toList());
  }

  private static int order(String tensor, int block) {
    if (block >= 0) {
      return block;
    }
    return tensor.contains("output") ? Integer.MAX_VALUE : Integer.MAX_VALUE - 1;
  }

  private static List<Measured> measure(ImportanceMatrix matrix) {
    SequencedMap<String, Known> known = new LinkedHashMap<>();
    for (ImportanceEntry entry : matrix.entries()) {
      InputMoments moments = InputMoments.of(entry);
      if (moments.elements() > 0) {
        known.put(entry.name(), new Known(entry, moments));
      }
    }
    Blocks blocks = Blocks.of(matrix);
    List<Measured> measured = new ArrayList<>();
    for (Known one : known.values()) {
      Optional<Known> before =
          blocks.before(one.entry().name(), known.keySet()).map(name -> known.get(name));
      measured.add(before.map(other -> compare(one, other)).orElseGet(() -> alone(one)));
    }
    return measured;
  }

  private static Measured alone(Known one) {
    return new Measured(
        statistics(one, BlockComparison.NOTHING, Float.NaN),
        Blocks.number(one.entry().name()),
        BlockComparison.NOTHING,
        0,
        0);
  }

  private static Measured compare(Known one, Known before) {
    BlockComparison comparison = BlockComparison.of(one.entry(), before.entry());
    if (comparison.elements() == 0) {
      return alone(one);
    }
    InputMoments own = one.moments();
    InputMoments other = before.moments();
    boolean hasEnergy = other.energy() > SMALLEST_ENERGY;
    float otherwise = own.energy() <= SMALLEST_ENERGY ? 1 : Float.NaN;
    float gain =
        hasEnergy
            ? gain(own.energy(), own.elements(), other.energy(), other.elements())
            : otherwise;
    return new Measured(
        statistics(one, comparison, gain),
        Blocks.number(one.entry().name()),
        comparison,
        hasEnergy ? other.energy() : 0,
        hasEnergy ? other.elements() : 0);
  }

  private static TensorStatistics statistics(Known one, BlockComparison comparison, float gain) {
    InputMoments own = one.moments();
    boolean compared = comparison.elements() > 0;
    return new TensorStatistics(
        one.entry().name(),
        own.energy(),
        (float) own.mean(),
        own.elements(),
        own.deviation(),
        own.skewness(),
        own.kurtosis(),
        gain,
        (float) own.entropy(),
        compared ? (float) Math.sqrt(comparison.distance()) : Float.NaN,
        compared ? comparison.cosine() : Float.NaN,
        compared ? comparison.correlation() : Float.NaN,
        comparison.elements() > 1
            ? (float) (comparison.covariance() / comparison.elements())
            : Float.NaN,
        one.entry().hasActivations());
  }

  private static float gain(double energy, long elements, double before, long elementsBefore) {
    return (float) (Math.sqrt(energy / elements) / Math.sqrt(before / elementsBefore));
  }

  private static BlockStatistics block(int number, List<Measured> measured) {
    BlockComparison sum = BlockComparison.NOTHING;
    float energy = 0;
    double compared = 0;
    double before = 0;
    long elements = 0;
    long elementsBefore = 0;
    for (Measured one : measured) {
      energy = (float) (energy + one.tensor().energy());
      if (one.comparison().isNothing()) {
        continue;
      }
      sum = sum.plus(one.comparison());
      if (one.elementsBefore() > 0) {
        compared += one.tensor().energy();
        before += one.energyBefore();
        elements += one.tensor().elements();
        elementsBefore += one.elementsBefore();
      }
    }
    boolean nothing = sum.elements() == 0;
    return new BlockStatistics(
        number,
        energy,
        before > 0 ? gain(compared, elements, before, elementsBefore) : Float.NaN,
        nothing ? Float.NaN : (float) Math.sqrt(sum.distance()),
        nothing ? Float.NaN : sum.cosine(),
        nothing ? Float.NaN : sum.correlation(),
        nothing ? Float.NaN : (float) (sum.covariance() / sum.elements()));
  }
}
