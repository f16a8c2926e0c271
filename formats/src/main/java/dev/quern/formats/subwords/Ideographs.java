package dev.quern.formats.subwords;

/// The characters that BERT writes as words of their own: the blocks of unified ideographs, with
/// the gap that the original has from U+2B820 on.
public final class Ideographs {
  private Ideographs() {}

  /// Whether the character `c` is one of them.
  public static boolean contain(int c) {
    return (c >= 0x4e00 && c <= 0x9fff)
        || (c >= 0x3400 && c <= 0x4dbf)
        || (c >= 0x20000 && c <= 0x2a6df)
        || (c >= 0x2a700 && c <= 0x2b73f)
        || (c >= 0x2b740 && c <= 0x2b81f)
        || (c >= 0x2b920 && c <= 0x2ceaf)
        || (c >= 0xf900 && c <= 0xfaff)
        || (c >= 0x2f800 && c <= 0x2fa1f);
  }
}
