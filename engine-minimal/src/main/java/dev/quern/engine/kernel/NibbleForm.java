package dev.quern.engine.kernel;

/// What the integers of a [NibbleTile] are to the weights.
enum NibbleForm {
  /// Four bits, times their scale.
  PLAIN(32),

  /// Four bits, times their scale and with an offset.
  OFFSET(32),

  /// Five bits, times their scale and with an offset.
  FIVE_BITS(16);

  /// Products with numbers of 8 bits that add up in 16 bits.
  final int together;

  NibbleForm(int together) {
    this.together = together;
  }
}
