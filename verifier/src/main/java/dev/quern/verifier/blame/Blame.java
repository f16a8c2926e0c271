package dev.quern.verifier.blame;

import dev.quern.formats.ModelView;
import dev.quern.formats.OverlayView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// What returns when parts of a candidate are as in its source.
///
/// @param divergence mean KL divergence of the candidate as it is, in nats
/// @param ranking what was put back, that which gives most back first
public record Blame(double divergence, List<Part> ranking) {
  public Blame {
    ranking = List.copyOf(ranking);
  }

  /// A part that was put back.
  ///
  /// @param suspect the tensors
  /// @param returned by how much the mean divergence fell, in nats; below zero if it rose
  public record Part(Suspect suspect, double returned) {
    /// Nats that a byte buys if the part is stored in a finer type; 0 if it is fine enough.
    public double perByte() {
      return suspect.growth() == 0 ? 0 : returned / suspect.growth();
    }
  }

  /// What is to be measured: `candidate` with each of `suspects` put back as `source` has it. The
  /// models borrow the two: there is nothing to close.
  public static List<ModelView> models(
      ModelView candidate, ModelView source, List<Suspect> suspects) {
    return suspects.stream()
        .<ModelView>map(suspect -> new OverlayView(candidate, source, suspect.names()))
        .toList();
  }

  /// Ranks `suspects`.
  ///
  /// @param whole mean KL divergence of the candidate from its source
  /// @param left the same of each of [#models]
  public static Blame of(List<Suspect> suspects, double whole, List<Double> left) {
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < suspects.size(); i++) {
      parts.add(new Part(suspects.get(i), whole - left.get(i)));
    }
    parts.sort(Comparator.comparingDouble(Part::returned).reversed());
    return new Blame(whole, parts);
  }

  /// The part that buys most divergence for a byte, if any buys something.
  public Optional<Part> bestBuy() {
    return ranking.stream()
        .filter(part -> part.perByte() > 0)
        .max(Comparator.comparingDouble(Part::perByte));
  }
}
