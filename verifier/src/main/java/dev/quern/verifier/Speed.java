package dev.quern.verifier;

/// How fast a model reads and writes.
///
/// @param prefill tokens per second when a prompt is read
/// @param generate tokens per second when tokens are made one after another
/// @param prefillTokens tokens in the prompt
/// @param generatedTokens tokens that were made
/// @param arithmetic what the model computed with, such as `int8 activations, F16 cache`
public record Speed(
    double prefill, double generate, int prefillTokens, int generatedTokens, String arithmetic) {}
