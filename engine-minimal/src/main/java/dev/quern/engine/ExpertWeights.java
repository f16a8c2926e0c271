package dev.quern.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The weights of a mixture of experts.
///
/// @param router one matrix, with a row for each expert
/// @param preference what is added to the router's shares when experts are chosen, if the model has
///   it
/// @param gateUp two matrices for each expert; one if there is no gate
/// @param down one matrix for each expert
/// @param sharedGate says how much of the shared expert a position uses, if the model has it
@SuppressWarnings("ArrayRecordComponent") // never compared, and never leaves the package
record ExpertWeights(
    Matrix[] router,
    float @Nullable [] preference,
    Matrix[][] gateUp,
    Matrix[][] down,
    float @Nullable [] sharedGate) {
  /// Every matrix.
  List<Matrix[]> all() {
    List<Matrix[]> all = new ArrayList<>();
    all.add(router);
    all.addAll(List.of(gateUp));
    all.addAll(List.of(down));
    return all;
  }
}
