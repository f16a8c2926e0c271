package dev.quern.engine.kernel;

/// A loop for weights of one type, and the layout of activations that it takes.
///
/// @param layout how activations are to be rounded
/// @param product the loop
public record Int8Kernel(Int8Layout layout, Int8Product product) {}
