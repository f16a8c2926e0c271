package dev.quern.verifier.chat;

/// A chat template that cannot be rendered, or that refuses a conversation.
public final class TemplateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateException(String problem) {
    super(problem);
  }
}
