package dev.quern.verifier;

/// The text that a model was measured on, and how much of it.
///
/// @param name its file name
/// @param bytes of the file
/// @param sha256 of the file, in hexadecimal
/// @param tokens in the whole text
/// @param context tokens in a piece
/// @param chunks pieces that were read
public record TextFacts(
    String name, long bytes, String sha256, long tokens, int context, int chunks) {}
