package dev.quern.quantizers.recipe;

/// When a row of a recipe's table applies.
interface Condition {
  Condition ALWAYS = at -> true;

  /// At least four query heads share their keys and values, which are then small.
  Condition GROUPED = at -> at.model().group() >= 4;

  /// Eight experts, as in Mixtral: attention is a small part of the model.
  Condition EIGHT_EXPERTS = at -> at.model().experts() == 8;

  /// At least four experts.
  Condition MANY_EXPERTS = at -> at.model().experts() >= 4;

  Condition FALCON = at -> at.model().isFalcon();

  Condition IMPORTANCE = Situation::hasImportance;

  /// All but the first and the last eighth.
  Condition MIDDLE = at -> at.index() >= at.count() / 8 && at.index() < 7 * at.count() / 8;

  /// The first and the last eighth, and every third tensor between.
  Condition MORE_BITS =
      at -> {
        int eighth = at.count() / 8;
        return at.index() < eighth
            || at.index() >= 7 * at.count() / 8
            || (at.index() - eighth) % 3 == 2;
      };

  /// True if the row applies.
  boolean holds(Situation at);

  /// The first tensors, one of `fraction`.
  static Condition first(int fraction) {
    return at -> at.index() < at.count() / fraction;
  }

  /// Tensors before the one numbered `index`.
  static Condition before(int index) {
    return at -> at.index() < index;
  }

  default Condition and(Condition other) {
    return at -> holds(at) && other.holds(at);
  }

  default Condition or(Condition other) {
    return at -> holds(at) || other.holds(at);
  }

  default Condition not() {
    return at -> !holds(at);
  }
}
