package dev.quern.converter;

import dev.quern.formats.Shape;

/// Reads a tensor whose rotary rows are permuted, as
/// [dev.quern.formats.architecture.Transform.PermuteRotary] says.
final class PermutedReader implements WeightReader {
  private final WeightReader source;
  private final RotaryRows rows;

  PermutedReader(WeightReader source, RotaryRows rows) {
    this.source = source;
    this.rows = rows;
  }

  @Override
  public void read(long first, int count, float[] out) {
    if (rows.length() == 1) {
      readVector(first, count, out);
      return;
    }
    float[] part = new float[Math.toIntExact(Math.min(count, rows.length()))];
    int done = 0;
    while (done < count) {
      long row = (first + done) / rows.length();
      long column = (first + done) % rows.length();
      int length = (int) Math.min(count - done, rows.length() - column);
      source.read(rows.source(row) * rows.length() + column, length, part);
      System.arraycopy(part, 0, out, done, length);
      done += length;
    }
  }

  private void readVector(long first, int count, float[] out) {
    float[] one = new float[1];
    for (int i = 0; i < count; i++) {
      source.read(rows.source(first + i), 1, one);
      out[i] = one[0];
    }
  }

  /// Which row of the source each row of the GGUF is; a vector has as many rows as elements.
  ///
  /// @param length weights of a row
  /// @param headRows rows of a head, an even number
  record RotaryRows(long length, long headRows) {
    static RotaryRows of(Shape shape, int heads) {
      long rows = shape.rank() == 1 ? shape.rowLength() : shape.rows();
      long length = shape.rank() == 1 ? 1 : shape.rowLength();
      if (heads < 1 || rows % heads != 0 || rows / heads % 2 != 0) {
        throw new IllegalArgumentException(
            rows + " rows are no " + heads + " heads of even length");
      }
      return new RotaryRows(length, rows / heads);
    }

    long source(long row) {
      long head = row / headRows;
      long inHead = row % headRows;
      return head * headRows + inHead % 2 * (headRows / 2) + inHead / 2;
    }
  }
}
