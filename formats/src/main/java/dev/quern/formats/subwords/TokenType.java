package dev.quern.formats.subwords;

/// What a token is for: the values of `tokenizer.ggml.token_type`.
public enum TokenType {
  UNDEFINED(0),
  NORMAL(1),
  UNKNOWN(2),
  CONTROL(3),
  USER_DEFINED(4),
  UNUSED(5),
  BYTE(6);

  private final int id;

  TokenType(int id) {
    this.id = id;
  }

  /// The number in the file.
  public int id() {
    return id;
  }

  /// The type with number `id`; one that nobody knows is undefined.
  public static TokenType of(long id) {
    for (TokenType type : values()) {
      if (type.id == id) {
        return type;
      }
    }
    return UNDEFINED;
  }

  /// Whether its text means itself only where control tokens are looked for.
  public boolean isSpecial() {
    return this == CONTROL || this == UNKNOWN;
  }
}
