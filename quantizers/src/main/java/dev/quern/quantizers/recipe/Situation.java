package dev.quern.quantizers.recipe;

/// Where a tensor stands, as the conditions of a recipe see it.
///
/// @param model the model
/// @param index which of the tensors of its role it is, or its block in a model with experts
/// @param count how many there are
/// @param hasImportance true if there is an importance matrix
record Situation(ModelFacts model, int index, int count, boolean hasImportance) {}
