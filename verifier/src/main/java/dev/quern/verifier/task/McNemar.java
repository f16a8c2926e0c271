package dev.quern.verifier.task;

import java.util.List;
import org.apache.commons.statistics.inference.BinomialTest;

/// McNemar's exact test: whether two models that chose in the same tasks differ in how often they
/// are right. Only tasks count in which one of them is right and the other is not.
///
/// @param lost tasks that the base got right and the candidate wrong
/// @param won tasks that the candidate got right and the base wrong
/// @param probability of a difference at least as large if the two are equally good
public record McNemar(int lost, int won, double probability) {

  /// Tests `candidate` against `base`, task by task.
  ///
  /// @throws IllegalArgumentException if they are not of the same tasks
  public static McNemar of(List<TaskChoice> base, List<TaskChoice> candidate) {
    if (base.size() != candidate.size()) {
      throw new IllegalArgumentException(
          base.size() + " tasks and " + candidate.size() + ", wanted the same");
    }
    int lost = 0;
    int won = 0;
    for (int i = 0; i < base.size(); i++) {
      boolean before = base.get(i).isRight();
      boolean after = candidate.get(i).isRight();
      lost += before && !after ? 1 : 0;
      won += after && !before ? 1 : 0;
    }
    int differing = lost + won;
    double probability =
        differing == 0 ? 1 : BinomialTest.withDefaults().test(differing, won, 0.5).getPValue();
    return new McNemar(lost, won, probability);
  }
}
