package dev.quern.formats.ggml;

import java.util.Map;

/// What files from before GGUF say most of their tensors are.
final class FileTypes {
  private static final Map<Long, String> NAMES =
      Map.ofEntries(
          Map.entry(0L, "ALL_F32"),
          Map.entry(1L, "MOSTLY_F16"),
          Map.entry(2L, "MOSTLY_Q4_0"),
          Map.entry(3L, "MOSTLY_Q4_1"),
          Map.entry(4L, "MOSTLY_Q4_1_SOME_F16"),
          Map.entry(5L, "MOSTLY_Q4_2"),
          Map.entry(6L, "MOSTLY_Q4_3"),
          Map.entry(7L, "MOSTLY_Q8_0"),
          Map.entry(8L, "MOSTLY_Q5_0"),
          Map.entry(9L, "MOSTLY_Q5_1"),
          Map.entry(10L, "MOSTLY_Q2_K"),
          Map.entry(11L, "MOSTLY_Q3_K_S"),
          Map.entry(12L, "MOSTLY_Q3_K_M"),
          Map.entry(13L, "MOSTLY_Q3_K_L"),
          Map.entry(14L, "MOSTLY_Q4_K_S"),
          Map.entry(15L, "MOSTLY_Q4_K_M"),
          Map.entry(16L, "MOSTLY_Q5_K_S"),
          Map.entry(17L, "MOSTLY_Q5_K_M"),
          Map.entry(18L, "MOSTLY_Q6_K"));

  private FileTypes() {}

  /// The name of file type `number`, or the number itself.
  static String name(long number) {
    return NAMES.getOrDefault(number, Long.toString(number));
  }
}
