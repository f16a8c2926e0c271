package dev.quern.formats.architecture;

/// What the engine must know of a decoder before it looks at a tensor; every number is checked for
/// itself and against the others, but not yet against the tensors.
///
/// @param architecture the id in `general.architecture`
/// @param blockCount number of blocks
/// @param contextLength positions that the model was trained for
/// @param hiddenLength length of the vectors between blocks
/// @param block how each block computes
public record DecoderTraits(
    String architecture, int blockCount, int contextLength, int hiddenLength, BlockTraits block) {}
