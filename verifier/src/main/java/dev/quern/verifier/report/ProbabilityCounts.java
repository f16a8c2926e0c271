package dev.quern.verifier.report;

import dev.quern.verifier.PositionScore;
import java.util.ArrayList;
import java.util.List;

/// Counts of positions by what both models give the token that follows.
final class ProbabilityCounts {
  /// Cells from probability 0 to 1.
  static final int CELLS = 40;

  /// Width of a step of the change of the probability.
  static final double STEP = 0.005;

  private static final int STEPS = 200;

  private final long[][] joint = new long[CELLS][CELLS];
  private final long[] shifts = new long[2 * STEPS];

  void add(PositionScore score) {
    double own = Math.exp(score.candidate().logProbability());
    double base = Math.exp(score.baseLogProbability());
    if (Double.isNaN(own) || Double.isNaN(base)) {
      return;
    }
    joint[cell(base)][cell(own)]++;
    int step = (int) Math.floor((own - base) / STEP);
    shifts[Math.clamp(step + STEPS, 0, 2 * STEPS - 1)]++;
  }

  private static int cell(double probability) {
    return Math.clamp((int) (probability * CELLS), 0, CELLS - 1);
  }

  /// Base's cell, candidate's cell and count, where there are any.
  List<List<Long>> joint() {
    List<List<Long>> cells = new ArrayList<>();
    for (int base = 0; base < CELLS; base++) {
      for (int own = 0; own < CELLS; own++) {
        if (joint[base][own] > 0) {
          cells.add(List.of((long) base, (long) own, joint[base][own]));
        }
      }
    }
    return cells;
  }

  /// Step, where step 0 begins at no change, and count, where there are any.
  List<List<Long>> shifts() {
    List<List<Long>> steps = new ArrayList<>();
    for (int step = 0; step < shifts.length; step++) {
      if (shifts[step] > 0) {
        steps.add(List.of((long) step - STEPS, shifts[step]));
      }
    }
    return steps;
  }
}
