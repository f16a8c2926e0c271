package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.verifier.SpeedSamples;

/// A line of a benchmark.
///
/// @param options what it was computed with
/// @param loadSeconds how long the model took to open and load
/// @param samples what was timed
record BenchRow(EngineOptions options, double loadSeconds, SpeedSamples samples) {}
