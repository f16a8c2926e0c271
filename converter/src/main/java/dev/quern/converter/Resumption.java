package dev.quern.converter;

/// That a conversion keeps what it has done when it is interrupted, and goes on from what an
/// earlier one kept.
///
/// @param program who converts, with a version: another one does not go on
/// @param anew true if what was kept of another conversion is thrown away, false if that is an
///   error
/// @param kept true if the journal stays when the files are whole, until [Conversion#forget]
public record Resumption(String program, boolean anew, boolean kept) {}
