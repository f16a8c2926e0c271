package dev.quern.converter;

import org.jspecify.annotations.Nullable;

/// How a plan is carried out; none of it changes which bytes are written, but for `clamp`.
///
/// @param threads workers, at least one
/// @param clamp true if finite weights beyond the range of a 16-bit type become its largest number
/// @param strict true if a block that becomes all zero, though its weights are not, is an error
/// @param progress hears of every part
/// @param resumption how it goes on after an interruption; if null nothing is kept
public record ConversionOptions(
    int threads,
    boolean clamp,
    boolean strict,
    ConversionProgress progress,
    @Nullable Resumption resumption) {
  public ConversionOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", wanted at least 1");
    }
  }

  /// Options of a conversion that keeps nothing when it is interrupted.
  public ConversionOptions(
      int threads, boolean clamp, boolean strict, ConversionProgress progress) {
    this(threads, clamp, strict, progress, null);
  }

  /// As many threads as the machine has, no clamping, nobody listening.
  public static ConversionOptions defaults() {
    return new ConversionOptions(
        Runtime.getRuntime().availableProcessors(), false, false, (done, total) -> {});
  }
}
