package dev.quern.verifier;

import java.util.List;

/// What the gates say.
///
/// @param outcomes one for each gate, in the order in which they were given
public record Verdict(List<Outcome> outcomes) {
  public Verdict {
    outcomes = List.copyOf(outcomes);
  }

  /// One gate and the value that it judged.
  ///
  /// @param gate the gate
  /// @param value the measured value; NaN when it was not measured or is no number
  public record Outcome(Gate gate, double value) {

    /// True if the value meets the gate.
    public boolean passed() {
      return gate.holds(value);
    }
  }

  /// Holds `gates` against what was measured.
  public static Verdict of(List<Gate> gates, Measurements measurements) {
    return new Verdict(
        gates.stream().map(gate -> new Outcome(gate, measurements.value(gate.metric()))).toList());
  }

  /// True if every gate was passed.
  public boolean passed() {
    return outcomes.stream().allMatch(Outcome::passed);
  }

  /// The gates that were missed.
  public List<Outcome> missed() {
    return outcomes.stream().filter(outcome -> !outcome.passed()).toList();
  }
}
