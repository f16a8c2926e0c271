package dev.quern.formats.pytorch;

/// A file that must be refused, and what is said of it.
final class Hostile {
  /// How much memory a machine of 64 MB gives to what it reads.
  static final long BUDGET = 32 << 20;

  static final String TOO_MUCH =
      " would fill more than the 33554432 bytes of memory that may be used for it; if the file is"
          + " what it should be, give Java more (-Xmx)";

  private final String name;
  private final byte[] bytes;
  private final String message;

  /// A file with something wrong, called `name`; `message` is whole but for the file's name.
  Hostile(String name, byte[] bytes, String message) {
    this.name = name;
    this.bytes = bytes;
    this.message = message;
  }

  /// A file of PyTorch's with a pickle that must be refused.
  static Hostile pickle(String name, byte[] pickle, String message) {
    return new Hostile(name, ZipBytes.around(pickle), message);
  }

  byte[] bytes() {
    return bytes;
  }

  String message() {
    return message;
  }

  /// What is wrong with it.
  @Override
  public String toString() {
    return name;
  }
}
