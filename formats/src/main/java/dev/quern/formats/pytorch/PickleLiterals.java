package dev.quern.formats.pytorch;

import dev.quern.formats.Le;
import dev.quern.formats.io.Utf8;
import dev.quern.formats.pytorch.Pickled.Blob;
import dev.quern.formats.pytorch.Pickled.Flag;
import dev.quern.formats.pytorch.Pickled.Large;
import dev.quern.formats.pytorch.Pickled.Real;
import dev.quern.formats.pytorch.Pickled.Text;
import dev.quern.formats.pytorch.Pickled.Whole;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;

/// The numbers and strings of a pickle, in the several ways of writing them that it has.
final class PickleLiterals {
  /// Bytes of the largest whole number that is read; PyTorch writes one of 10.
  private static final int LARGEST = 64;

  private static final int MOST_DIGITS = 160;

  private final PickleInput in;

  PickleLiterals(PickleInput in) {
    this.in = in;
  }

  /// The number that `opcode` writes.
  Pickled number(PickleOpcode opcode) {
    return switch (opcode) {
      case BININT -> new Whole(in.int32());
      case BININT1 -> new Whole(in.unsigned8());
      case BININT2 -> new Whole(in.unsigned16());
      case LONG1 -> bytesOfNumber(in.unsigned8());
      case LONG4 -> bytesOfNumber(in.int32());
      case BINFLOAT -> new Real(in.bigEndianDouble());
      case FLOAT -> real(in.line());
      default -> digits(in.line());
    };
  }

  private Pickled bytesOfNumber(int length) {
    if (length < 0 || length > LARGEST) {
      throw in.malformed("a number has " + length + " bytes, wanted at most " + LARGEST);
    }
    byte[] little = in.take(length).toArray(Le.BYTE);
    byte[] big = new byte[Math.max(1, length)];
    for (int i = 0; i < length; i++) {
      big[length - 1 - i] = little[i];
    }
    return whole(new BigInteger(big));
  }

  private static Pickled whole(BigInteger value) {
    return value.bitLength() < Long.SIZE ? new Whole(value.longValue()) : new Large(value);
  }

  private Pickled digits(String line) {
    String text = line.endsWith("L") ? line.substring(0, line.length() - 1) : line;
    if (text.equals("00") || text.equals("01")) {
      return new Flag(text.equals("01"));
    }
    if (!text.matches("[-+]?[0-9]{1," + MOST_DIGITS + "}")) {
      throw in.malformed("a whole number is written \"" + brief(line) + '"');
    }
    return whole(new BigInteger(text));
  }

  private Pickled real(String line) {
    if (line.matches("-?inf")) {
      return new Real(line.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY);
    }
    if (line.equals("nan")) {
      return new Real(Double.NaN);
    }
    if (line.length() > MOST_DIGITS
        || !line.matches("[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][-+]?[0-9]{1,6})?")) {
      throw in.malformed("a number is written \"" + brief(line) + '"');
    }
    return new Real(Double.parseDouble(line));
  }

  /// The place in the memo that a line names.
  long memoKey() {
    return digits(in.line()) instanceof Whole(long key) ? key : -1;
  }

  /// The string that `opcode` writes; what Python 2 called a string may be bytes.
  Pickled text(PickleOpcode opcode) {
    return switch (opcode) {
      case BINUNICODE -> new Text(in.utf8(in.unsigned32()));
      case SHORT_BINUNICODE -> new Text(in.utf8(in.unsigned8()));
      case BINUNICODE8 -> new Text(in.utf8(in.int64()));
      case BINSTRING -> oldText(in.take(in.int32()));
      case SHORT_BINSTRING -> oldText(in.take(in.unsigned8()));
      case UNICODE -> new Text(unescape(in.line(), true));
      default -> new Text(quoted(in.line()));
    };
  }

  private static Pickled oldText(MemorySegment bytes) {
    return Utf8.isWellFormed(bytes, 0, bytes.byteSize())
        ? new Text(Utf8.decode(bytes, 0, Math.toIntExact(bytes.byteSize())))
        : new Blob(bytes);
  }

  private String quoted(String line) {
    String text = line.strip();
    char quote = text.isEmpty() ? ' ' : text.charAt(0);
    if (text.length() < 2
        || (quote != '\'' && quote != '"')
        || text.charAt(text.length() - 1) != quote) {
      throw in.malformed("a string is written without quotes: " + brief(line));
    }
    return unescape(text.substring(1, text.length() - 1), false);
  }

  /// Replaces Python's escapes: of strings, or only those that a line of unicode may have.
  private String unescape(String text, boolean unicodeOnly) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      char next = at + 1 < text.length() ? text.charAt(at + 1) : '\0';
      int digits = c == '\\' ? hexDigits(next, unicodeOnly) : 0;
      if (digits > 0) {
        out.appendCodePoint(hex(text, at + 2, digits));
        at += 1 + digits;
      } else if (c == '\\' && !unicodeOnly) {
        out.append(simple(next));
        at++;
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private static int hexDigits(char kind, boolean unicodeOnly) {
    if (unicodeOnly) {
      return kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    }
    return kind == 'x' ? 2 : 0;
  }

  private int hex(String text, int from, int digits) {
    int to = Math.min(text.length(), from + digits);
    String number = text.substring(Math.min(from, to), to);
    if (!number.matches("[0-9a-fA-F]{" + digits + "}")
        || !Character.isValidCodePoint(Integer.parseUnsignedInt(number, 16))) {
      throw in.malformed("a string has an escape with the number \"" + number + '"');
    }
    return Integer.parseUnsignedInt(number, 16);
  }

  private char simple(char escaped) {
    return switch (escaped) {
      case '\\', '\'', '"' -> escaped;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> throw in.malformed("a string has the escape \\" + escaped);
    };
  }

  /// The bytes that `opcode` writes, in place.
  Pickled bytes(PickleOpcode opcode) {
    return switch (opcode) {
      case SHORT_BINBYTES -> new Blob(in.take(in.unsigned8()));
      case BINBYTES -> new Blob(in.take(in.unsigned32()));
      default -> new Blob(in.take(in.int64()));
    };
  }

  private static String brief(String text) {
    return text.length() > 40 ? text.substring(0, 40) + "..." : text;
  }
}
