/// Importance matrices: how much the columns of each weight matrix matter to a model's outputs, as
/// llama-imatrix measures it, in both of its formats. All numbers are little-endian.
///
/// GGUF (recognized by its first four bytes): metadata `general.type` = `imatrix`,
/// `imatrix.datasets`, `imatrix.chunk_count`, `imatrix.chunk_size` (rows of a chunk) and, for
/// models with layers for multi-token prediction, `imatrix.n_layer_nextn`; for every weight tensor
/// NAME
///
/// | tensor         | type | extents           | meaning                                      |
/// |----------------|------|-------------------|----------------------------------------------|
/// | `NAME.in_sum2` | F32  | columns, matrices | sum of the squares of the inputs             |
/// | `NAME.counts`  | F32  | 1, matrices       | how many inputs were summed                  |
/// | `NAME.in_sum`  | F32  | columns, matrices | sum of the inputs; not in older files        |
/// | `NAME.stats`   | F32  | 12                | statistics, named by `imatrix.stats_schema`  |
///
/// The older format has no magic bytes:
///
/// | bytes | meaning                                                     |
/// |------:|-------------------------------------------------------------|
/// |     4 | number of entries; for each:                                |
/// |     4 | - length of its name, and the name                          |
/// |     4 | - chunks that were summed                                   |
/// |     4 | - number of values                                          |
/// |    4n | - values: mean square of the inputs, times the chunks       |
/// |     4 | chunks of the whole matrix; not in the oldest files         |
/// |     4 | length of the data set's name, and the name; likewise       |
@NullMarked
package dev.quern.formats.imatrix;

import org.jspecify.annotations.NullMarked;
