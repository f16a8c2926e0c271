package dev.quern.engine.kernel;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// 4 rows by 1 vectors of 16-bit integers.
final class Nibble4x1 {
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final int LENGTH = Lanes.LENGTH;

  private Nibble4x1() {}

  /// Leaves the sums of `span` products from element `first` in the sums of `w`, as many together
  /// as its form says.
  static void sum(NibbleTile w, int row, NibbleColumns x, int from, int first, int span) {
    int[] weights = w.weights;
    int[] columns = x.values;
    int[] sums = w.sums;
    int together = w.form.together;
    int to = 0;
    for (int b = first; b < first + span; b += together, to += 4 * LENGTH) {
      ShortVector s00 = ShortVector.zero(SHORTS);
      ShortVector s10 = ShortVector.zero(SHORTS);
      ShortVector s20 = ShortVector.zero(SHORTS);
      ShortVector s30 = ShortVector.zero(SHORTS);
      int i = from + b * LENGTH;
      int j = b * NibbleTile.ROWS + row;
      for (int k = 0; k < together; k++, i += LENGTH, j += NibbleTile.ROWS) {
        ShortVector x0 = IntVector.fromArray(INTS, columns, i).reinterpretAsShorts();
        ShortVector w0 = IntVector.broadcast(INTS, weights[j]).reinterpretAsShorts();
        s00 = x0.mul(w0).add(s00);
        ShortVector w1 = IntVector.broadcast(INTS, weights[j + 1]).reinterpretAsShorts();
        s10 = x0.mul(w1).add(s10);
        ShortVector w2 = IntVector.broadcast(INTS, weights[j + 2]).reinterpretAsShorts();
        s20 = x0.mul(w2).add(s20);
        ShortVector w3 = IntVector.broadcast(INTS, weights[j + 3]).reinterpretAsShorts();
        s30 = x0.mul(w3).add(s30);
      }
      s00.reinterpretAsInts().intoArray(sums, to);
      s10.reinterpretAsInts().intoArray(sums, to + LENGTH);
      s20.reinterpretAsInts().intoArray(sums, to + 2 * LENGTH);
      s30.reinterpretAsInts().intoArray(sums, to + 3 * LENGTH);
    }
  }
}
