package dev.quern.converter;

import dev.quern.formats.architecture.Transform.PermuteRotary;
import dev.quern.formats.architecture.Transform.TakeRows;
import dev.quern.formats.architecture.Transform.UngroupHeads;

/// Which row of the source each row of a transformed matrix is.
interface RowOrder {
  /// The row of the source that becomes `row`.
  long source(long row);

  /// Pairs of rotary rows from halves.
  ///
  /// @param rows rows of the matrix
  static RowOrder of(PermuteRotary transform, long rows) {
    long head = rows / transform.heads();
    return row -> {
      long inHead = row % head;
      return row - inHead + inHead % 2 * (head / 2) + inHead / 2;
    };
  }

  /// All queries, all keys, all values from groups of them.
  ///
  /// @param rows rows of the matrix
  static RowOrder of(UngroupHeads transform, long rows) {
    long groups = transform.groups();
    long queries = transform.queries();
    long head = rows / (groups * (queries + 2));
    return row -> {
      long number = row / head;
      boolean isQuery = number < groups * queries;
      long group = isQuery ? number / queries : number % groups;
      long inGroup = isQuery ? number % queries : number / groups;
      return (group * (queries + 2) + inGroup) * head + row % head;
    };
  }

  /// Some rows of every so many.
  static RowOrder of(TakeRows transform) {
    return row ->
        row / transform.count() * transform.period() + transform.first() + row % transform.count();
  }
}
