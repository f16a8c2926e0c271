package dev.quern.verifier.sanity;

/// Something about a model's file that somebody should know.
///
/// @param severity whether it stands in the way of publishing
/// @param check what was looked at: `layout`, `weights`, `vocabulary`, `template` or `generation`
/// @param problem what was found, in one line
public record Finding(Severity severity, String check, String problem) {
  /// How bad a finding is.
  public enum Severity {
    /// The file is wrong.
    FAULT,
    /// The file may be right.
    NOTE
  }

  static Finding fault(String check, String problem) {
    return new Finding(Severity.FAULT, check, problem);
  }

  static Finding note(String check, String problem) {
    return new Finding(Severity.NOTE, check, problem);
  }

  /// True if it stands in the way of publishing.
  public boolean isFault() {
    return severity == Severity.FAULT;
  }
}
