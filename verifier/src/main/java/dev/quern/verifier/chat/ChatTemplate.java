package dev.quern.verifier.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A chat template: a Jinja text that turns a conversation into the prompt of a model.
///
/// Rendered with the options and functions of Hugging Face's `apply_chat_template` (blocks trimmed,
/// `raise_exception`, `strftime_now`, the `generation` block, Python's methods of strings and
/// dictionaries), by Jinjava. The date is always the first of January 2025, so that the same
/// template gives the same text.
public final class ChatTemplate {
  private static final JinjavaConfig CONFIG =
      JinjavaConfig.newBuilder()
          .withElResolver(PythonMethods.resolver())
          .withLegacyOverrides(
              LegacyOverrides.newBuilder()
                  .withUsePyishObjectMapper(true)
                  .withEvaluateMapKeys(true)
                  .withIterateOverMapKeys(true)
                  .withUseNaturalOperatorPrecedence(true)
                  .build())
          .build();

  private final String text;
  private final Map<String, String> tokens;

  /// The template `text`, which may refer to special tokens by name, such as `bos_token`.
  public ChatTemplate(String text, Map<String, String> tokens) {
    this.text = text;
    this.tokens = Map.copyOf(tokens);
  }

  /// The prompt for `messages`, ending where the assistant is to answer.
  ///
  /// @throws TemplateException if the template is not valid or refuses the conversation
  public String render(List<ChatMessage> messages) {
    Jinjava jinjava = new Jinjava(CONFIG);
    jinjava
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "raise_exception", TemplateFunctions.class, "raise", Object.class));
    jinjava
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "strftime_now", TemplateFunctions.class, "date", Object.class));
    jinjava.getGlobalContext().registerTag(new GenerationTag());
    RenderResult result =
        jinjava.renderForResult(
            JinjavaDialect.of(WhitespaceControl.apply(text)), bindings(messages));
    result.getErrors().stream()
        .filter(error -> error.getSeverity() == TemplateError.ErrorType.FATAL)
        .findFirst()
        .ifPresent(
            error -> {
              throw new TemplateException(
                  "line " + error.getLineno() + ": " + oneLine(cause(error)));
            });
    return result.getOutput();
  }

  private Map<String, Object> bindings(List<ChatMessage> messages) {
    List<Map<String, Object>> turns = new ArrayList<>();
    for (ChatMessage message : messages) {
      Map<String, Object> turn = new LinkedHashMap<>();
      turn.put("role", message.role());
      turn.put("content", message.content());
      turns.add(turn);
    }
    Map<String, Object> bindings = new LinkedHashMap<>(tokens);
    bindings.put("messages", turns);
    bindings.put("add_generation_prompt", true);
    bindings.put("strftime_now", "a function"); // some templates ask whether it is defined
    return bindings;
  }

  private static String cause(TemplateError error) {
    Throwable deepest = error.getException();
    while (deepest != null && deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest instanceof TemplateFunctions.Refusal
        ? String.valueOf(deepest.getMessage())
        : error.getMessage();
  }

  private static String oneLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
