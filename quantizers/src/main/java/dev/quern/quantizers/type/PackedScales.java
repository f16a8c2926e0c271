package dev.quern.quantizers.type;

import dev.quern.formats.Le;
import java.lang.foreign.MemorySegment;

/// Eight 6-bit scales and eight 6-bit minima in 12 bytes, as Q4_K and Q5_K store them.
///
/// | byte    | bits 0–3           | bits 4–5           | bits 6–7               |
/// |--------:|--------------------|--------------------|------------------------|
/// | 0 to 3  | scale `j` (0 to 3), low four | its upper two | upper two of scale `j + 4`   |
/// | 4 to 7  | minimum `j`, low four        | its upper two | upper two of minimum `j + 4` |
/// | 8 to 11 | low four of scale `j + 4`    | low four of minimum `j + 4` (bits 4–7) |      |
final class PackedScales {
  private PackedScales() {}

  /// Scale `j` of the twelve bytes at `at`.
  static int scale(MemorySegment in, long at, int j) {
    if (j < 4) {
      return in.get(Le.BYTE, at + j) & 63;
    }
    return (in.get(Le.BYTE, at + 4 + j) & 15) | (in.get(Le.BYTE, at + j - 4) >> 6 & 3) << 4;
  }

  /// Minimum `j` of the twelve bytes at `at`.
  static int min(MemorySegment in, long at, int j) {
    if (j < 4) {
      return in.get(Le.BYTE, at + 4 + j) & 63;
    }
    return (in.get(Le.BYTE, at + 4 + j) >> 4 & 15) | (in.get(Le.BYTE, at + j) >> 6 & 3) << 4;
  }
}
