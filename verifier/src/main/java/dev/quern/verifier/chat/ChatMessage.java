package dev.quern.verifier.chat;

import java.util.List;

/// One turn of a conversation.
///
/// @param role `system`, `user` or `assistant`
/// @param content what is said
public record ChatMessage(String role, String content) {
  /// A conversation with an instruction, a question, an answer and a second question.
  public static List<ChatMessage> sample() {
    return List.of(
        new ChatMessage("system", "Answer briefly."),
        new ChatMessage("user", " How many legs has a spider?"),
        new ChatMessage("assistant", "Eight."),
        new ChatMessage("user", "And an ant?"));
  }

  /// The same without the instruction, for templates that know no `system`.
  public static List<ChatMessage> sampleWithoutSystem() {
    return sample().subList(1, sample().size());
  }
}
