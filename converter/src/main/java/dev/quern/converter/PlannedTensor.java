package dev.quern.converter;

import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.recipe.Assignment;

/// A tensor of an output, and why it is stored as it is.
///
/// @param info name, type and shape in the output
/// @param offset first byte in the file
/// @param assignment what the recipe decided
/// @param origin where the weights come from, for people
public record PlannedTensor(TensorInfo info, long offset, Assignment assignment, String origin) {}
