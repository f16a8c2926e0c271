package dev.quern.engine.kernel;

import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorSpecies;

/// 8 rows by 2 vectors of 16-bit integers.
final class Nibble8x2 {
  private static final VectorSpecies<Integer> INTS = Lanes.INTS;
  private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;
  private static final int LENGTH = Lanes.LENGTH;

  private Nibble8x2() {}

  /// Leaves the sums of `span` products from element `first` in the sums of `w`, as many together
  /// as its form says.
  static void sum(NibbleTile w, int row, NibbleColumns x, int from, int first, int span) {
    int[] weights = w.weights;
    int[] columns = x.values;
    int[] sums = w.sums;
    int together = w.form.together;
    int to = 0;
    for (int b = first; b < first + span; b += together, to += 16 * LENGTH) {
      ShortVector s00 = ShortVector.zero(SHORTS);
      ShortVector s01 = ShortVector.zero(SHORTS);
      ShortVector s10 = ShortVector.zero(SHORTS);
      ShortVector s11 = ShortVector.zero(SHORTS);
      ShortVector s20 = ShortVector.zero(SHORTS);
      ShortVector s21 = ShortVector.zero(SHORTS);
      ShortVector s30 = ShortVector.zero(SHORTS);
      ShortVector s31 = ShortVector.zero(SHORTS);
      ShortVector s40 = ShortVector.zero(SHORTS);
      ShortVector s41 = ShortVector.zero(SHORTS);
      ShortVector s50 = ShortVector.zero(SHORTS);
      ShortVector s51 = ShortVector.zero(SHORTS);
      ShortVector s60 = ShortVector.zero(SHORTS);
      ShortVector s61 = ShortVector.zero(SHORTS);
      ShortVector s70 = ShortVector.zero(SHORTS);
      ShortVector s71 = ShortVector.zero(SHORTS);
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
        ShortVector w4 = IntVector.broadcast(INTS, weights[j + 4]).reinterpretAsShorts();
        s40 = x0.mul(w4).add(s40);
        s41 = x1.mul(w4).add(s41);
        ShortVector w5 = IntVector.broadcast(INTS, weights[j + 5]).reinterpretAsShorts();
        s50 = x0.mul(w5).add(s50);
        s51 = x1.mul(w5).add(s51);
        ShortVector w6 = IntVector.broadcast(INTS, weights[j + 6]).reinterpretAsShorts();
        s60 = x0.mul(w6).add(s60);
        s61 = x1.mul(w6).add(s61);
        ShortVector w7 = IntVector.broadcast(INTS, weights[j + 7]).reinterpretAsShorts();
        s70 = x0.mul(w7).add(s70);
        s71 = x1.mul(w7).add(s71);
      }
      s00.reinterpretAsInts().intoArray(sums, to);
      s01.reinterpretAsInts().intoArray(sums, to + LENGTH);
      s10.reinterpretAsInts().intoArray(sums, to + 2 * LENGTH);
      s11.reinterpretAsInts().intoArray(sums, to + 3 * LENGTH);
      s20.reinterpretAsInts().intoArray(sums, to + 4 * LENGTH);
      s21.reinterpretAsInts().intoArray(sums, to + 5 * LENGTH);
      s30.reinterpretAsInts().intoArray(sums, to + 6 * LENGTH);
      s31.reinterpretAsInts().intoArray(sums, to + 7 * LENGTH);
      s40.reinterpretAsInts().intoArray(sums, to + 8 * LENGTH);
      s41.reinterpretAsInts().intoArray(sums, to + 9 * LENGTH);
      s50.reinterpretAsInts().intoArray(sums, to + 10 * LENGTH);
      s51.reinterpretAsInts().intoArray(sums, to + 11 * LENGTH);
      s60.reinterpretAsInts().intoArray(sums, to + 12 * LENGTH);
      s61.reinterpretAsInts().intoArray(sums, to + 13 * LENGTH);
      s70.reinterpretAsInts().intoArray(sums, to + 14 * LENGTH);
      s71.reinterpretAsInts().intoArray(sums, to + 15 * LENGTH);
    }
  }
}
