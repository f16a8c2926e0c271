package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.verifier.SpeedSamples;

/// A line of a benchmark.
///
/// @param options what it was computed with
/// @param batch most tokens that were computed at once
/// @param loadSeconds how long the model took to open and load
/// @param samples what was timed
record BenchRow(EngineOptions options, int batch, double loadSeconds, SpeedSamples samples) {}
