package dev.quern.converter;

/// How a plan is carried out; none of it changes which bytes are written, but for `clamp`.
///
/// @param threads workers, at least one
/// @param clamp true if finite weights beyond the range of a 16-bit type become its largest number
/// @param strict true if a block that becomes all zero, though its weights are not, is an error
/// @param progress hears of every part
public record ConversionOptions(
    int threads, boolean clamp, boolean strict, ConversionProgress progress) {
  public ConversionOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads is " + threads + ", wanted at least 1");
    }
  }

  /// As many threads as the machine has, no clamping, nobody listening.
  public static ConversionOptions defaults() {
    return new ConversionOptions(
        Runtime.getRuntime().availableProcessors(), false, false, (done, total) -> {});
  }
}
