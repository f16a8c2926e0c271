package dev.quern.verifier;

import java.util.List;

/// Gates that stand when nobody asks for others.
public final class Gates {
  private Gates() {}

  /// What can be expected of a model of `bitsPerWeight` with this `quality`: as below if it was
  /// held against its source, else nothing wrong in its file and everything finite.
  public static List<Gate> defaults(Quality quality, double bitsPerWeight) {
    return switch (quality) {
      case Quality.Against _ -> defaults(bitsPerWeight);
      case Quality.Alone _ -> List.of(sound(), finite());
    };
  }

  /// What can be expected of a model of `bitsPerWeight` held against its source: nothing wrong in
  /// its file, everything finite, and a mean divergence of at most .005 nats from 8 bits up, .02
  /// from 6, .05 from 4.4, .15 from 3.4 and .6 below.
  ///
  /// @throws IllegalArgumentException if `bitsPerWeight` is not a positive number
  public static List<Gate> defaults(double bitsPerWeight) {
    return List.of(
        sound(),
        finite(),
        new Gate(Metric.KLD_MEAN, Gate.Relation.AT_MOST, divergence(bitsPerWeight)));
  }

  /// Nothing wrong in the file: asked of every model.
  public static Gate sound() {
    return new Gate(Metric.SANITY_FAULTS, Gate.Relation.AT_MOST, 0);
  }

  /// Everything finite: asked of every model that is run.
  public static Gate finite() {
    return new Gate(Metric.FINITE, Gate.Relation.AT_LEAST, 1);
  }

  /// Every text cut as the source's tokenizer cuts it.
  public static Gate sameTokens() {
    return new Gate(Metric.TOKENIZER_DIFFERENCES, Gate.Relation.AT_MOST, 0);
  }

  /// Checks, before anything is computed, that `gates` judge what will be measured.
  ///
  /// @param base whether the candidate will be held against another model
  /// @param speed whether its speed will be measured
  /// @throws IllegalArgumentException naming a gate that could not be passed
  public static void requireMeasured(List<Gate> gates, boolean base, boolean speed) {
    for (Gate gate : gates) {
      if (gate.metric().needsBase() && !base) {
        throw new IllegalArgumentException(
            "gate \"" + gate + "\" needs a model to compare with, and none is given");
      }
      if (gate.metric().needsSpeed() && !speed) {
        throw new IllegalArgumentException(
            "gate \"" + gate + "\" needs a measurement of speed, and none is made here");
      }
    }
  }

  private static double divergence(double bitsPerWeight) {
    if (!(bitsPerWeight > 0)) {
      throw new IllegalArgumentException(bitsPerWeight + " bits per weight");
    }
    if (bitsPerWeight >= 8) {
      return 0.005;
    }
    if (bitsPerWeight >= 6) {
      return 0.02;
    }
    if (bitsPerWeight >= 4.4) {
      return 0.05;
    }
    return bitsPerWeight >= 3.4 ? 0.15 : 0.6;
  }
}
