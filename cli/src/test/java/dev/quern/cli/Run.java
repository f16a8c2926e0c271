package dev.quern.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;

/// What a command did.
///
/// @param code its exit code
/// @param out what it printed
/// @param err what it said beside that
record Run(int code, String out, String err) {
  static Run of(Object... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    String[] texts = Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new);
    int code = Quern.run(new PrintWriter(out, true), new PrintWriter(err, true), texts);
    return new Run(code, out.toString(), err.toString());
  }
}
