package dev.quern.engine.kernel;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// 4 rows by 2 vectors of 16-bit integers.
final class Nibble4x2 {
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final int LENGTH = Lanes.LENGTH;

  private Nibble4x2() {}

  /// Leaves the sums of `span` products from element `first` in the sums of `w`, as many together
  /// as its form says.
  static void sum(NibbleTile w, int row, NibbleColumns x, int from, int first, int span) {
    int[] weights = w.weights;
    int[] columns = x.values;
    int[] sums = w.sums;
    int together = w.form.together;
    int to = 0;
    for (int b = first; b < first + span; b += together, to += 8 * LENGTH) {
      ShortVector s00 = ShortVector.zero(SHORTS);
      ShortVector s01 = ShortVector.zero(SHORTS);
      ShortVector s10 = ShortVector.zero(SHORTS);
      ShortVector s11 = ShortVector.zero(SHORTS);
      ShortVector s20 = ShortVector.zero(SHORTS);
      ShortVector s21 = ShortVector.zero(SHORTS);
      ShortVector s30 = ShortVector.zero(SHORTS);
      ShortVector s31 = ShortVector.zero(SHORTS);
      int i = from + b * 2 * LENGTH;
      int j = b * NibbleTile.ROWS + row;
      for (int k = 0; k < together; k++, i += 2 * LENGTH, j += NibbleTile.ROWS) {
        ShortVector x0 = IntVector.fromArray(INTS, columns, i).reinterpretAsShorts();
        ShortVector x1 = IntVector.fromArray(INTS, columns, i + LENGTH).reinterpretAsShorts();
        ShortVector w0 = IntVector.broadcast(INTS, weights[j]).reinterpretAsShorts();
        s00 = x0.mul(w0).add(s00);
        s01 = x1.mul(w0).add(s01);
        ShortVector w1 = IntVector.broadcast(INTS, weights[j + 1]).reinterpretAsShorts();
        s10 = x0.mul(w1).add(s10);
        s11 = x1.mul(w1).add(s11);
        ShortVector w2 = IntVector.broadcast(INTS, weights[j + 2]).reinterpretAsShorts();
        s20 = x0.mul(w2).add(s20);
        s21 = x1.mul(w2).add(s21);
        ShortVector w3 = IntVector.broadcast(INTS, weights[j + 3]).reinterpretAsShorts();
        s30 = x0.mul(w3).add(s30);
        s31 = x1.mul(w3).add(s31);
      }
      s00.reinterpretAsInts().intoArray(sums, to);
      s01.reinterpretAsInts().intoArray(sums, to + LENGTH);
      s10.reinterpretAsInts().intoArray(sums, to + 2 * LENGTH);
      s11.reinterpretAsInts().intoArray(sums, to + 3 * LENGTH);
      s20.reinterpretAsInts().intoArray(sums, to + 4 * LENGTH);
      s21.reinterpretAsInts().intoArray(sums, to + 5 * LENGTH);
      s30.reinterpretAsInts().intoArray(sums, to + 6 * LENGTH);
      s31.reinterpretAsInts().intoArray(sums, to + 7 * LENGTH);
    }
  }
}
