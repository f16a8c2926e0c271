package dev.quern.engine.kernel;

import java.lang.foreign.MemorySegment;

/// Rows of a model where they lie, for trying the product of their type on them.
///
/// @param product the product
/// @param segment the rows, from the first byte
/// @param rows how many there are
/// @param columns weights of each
public record RowSample(RowProduct product, MemorySegment segment, int rows, int columns) {}
