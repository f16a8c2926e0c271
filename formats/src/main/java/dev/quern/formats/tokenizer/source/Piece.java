package dev.quern.formats.tokenizer.source;

/// A part of a text on its way to the model.
///
/// @param first whether the text began with it
record Piece(String text, boolean first) {}
