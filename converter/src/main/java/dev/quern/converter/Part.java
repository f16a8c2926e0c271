package dev.quern.converter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A run of a tensor's weights, which one worker converts.
///
/// @param index its place among all parts of the conversion
/// @param first the first weight, counted along the rows; a multiple of [Conversion#PART], or with
///   importance the start of a row
/// @param importance how much columns count, or null; if there is some, `count` is whole rows
record Part(
    int index,
    SourceWeight weight,
    long first,
    int count,
    @Nullable TensorImportance importance,
    List<Destination> destinations) {

  /// Where a tensor goes, and what it costs to store it there.
  record Destination(PartialFile file, PlannedTensor tensor, ErrorLedger errors) {}
}
