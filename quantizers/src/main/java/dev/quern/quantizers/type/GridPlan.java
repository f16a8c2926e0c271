package dev.quern.quantizers.type;

/// What the types with a code book try to find the scale of a group of weights.
///
/// @param near the grid, with its neighbours
/// @param size weights in a group
/// @param steps scales that are tried on either side of the one that maps the greatest magnitude to
///   the highest level
/// @param step how far they are apart
/// @param tiny groups of smaller magnitudes are taken for zero
/// @param even true if the number of minus signs of eight weights has to be even
/// @param fitted true if the scale that everything starts from is fitted, not the greatest weight's
/// @param again which points are looked for once more with the best scale
record GridPlan(
    Neighbours near,
    int size,
    int steps,
    float step,
    float tiny,
    boolean even,
    boolean fitted,
    Again again) {

  /// Points to look for again.
  enum Again {
    /// Those whose levels were on no point of the grid.
    OFF,
    /// All if there is one such.
    ALL_IF_ANY_OFF,
    /// All.
    ALL
  }

  static GridPlan iq2_xxs() {
    Neighbours near = Neighbours.OfIq2Xxs.INSTANCE;
    return new GridPlan(near, 32, 6, 0.1f, SymmetricSearch.TINY, true, true, Again.ALL);
  }

  static GridPlan iq2_xs() {
    Neighbours near = Neighbours.OfIq2Xs.INSTANCE;
    return new GridPlan(near, 16, 9, 0.1f, SymmetricSearch.TINY, true, false, Again.OFF);
  }

  static GridPlan iq2_s() {
    Neighbours near = Neighbours.OfIq2S.INSTANCE;
    return new GridPlan(near, 16, 9, 0.1f, 1e-8f, false, false, Again.OFF);
  }

  static GridPlan iq3_xxs() {
    Neighbours near = Neighbours.OfIq3Xxs.INSTANCE;
    return new GridPlan(near, 32, 15, 0.2f, 1e-8f, true, false, Again.OFF);
  }

  static GridPlan iq3_s() {
    Neighbours near = Neighbours.OfIq3S.INSTANCE;
    return new GridPlan(near, 32, 9, 0.2f, Float.MIN_VALUE, false, false, Again.ALL_IF_ANY_OFF);
  }

  /// The highest coordinate.
  int reach() {
    return 2 * near.levels - 1;
  }

  /// Points in a group.
  int parts() {
    return size / near.grid.width;
  }

  /// The inverse scale of try `step` for weights up to `max`, as the reference computes it.
  float inverse(int step, float max) {
    return (reach() + step * this.step) / max;
  }
}
