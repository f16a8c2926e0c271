package dev.quern.verifier;

/// The text that a model was measured on, and how much of it.
///
/// @param name its file name
/// @param bytes of the file
/// @param sha256 of the file, in hexadecimal
/// @param tokens in the whole text
/// @param context tokens in a piece
/// @param chunks pieces that were read
/// @param cut how it was taken apart
public record TextFacts(
    String name, long bytes, String sha256, long tokens, int context, int chunks, Cut cut) {

  /// How a text is taken apart.
  public enum Cut {
    /// Into pieces of one length, of which the second half is scored.
    PIECES("the second half of each piece"),
    /// Into its documents, of which every token but the first is scored once.
    DOCUMENTS("every position of each document");

    private final String scored;

    Cut(String scored) {
      this.scored = scored;
    }

    /// What is scored, in words.
    public String scored() {
      return scored;
    }
  }
}
