package dev.quern.verifier.sanity;

import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.ModelView;
import dev.quern.verifier.chat.ChatMessage;
import dev.quern.verifier.chat.ChatTemplate;
import dev.quern.verifier.chat.TemplateException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// Whether the chat templates of a model render a conversation, and as those of its source.
final class TemplateCheck {
  private static final String CHECK = "template";
  private static final String KEY = "tokenizer.chat_template";

  private TemplateCheck() {}

  static List<Finding> alone(ModelView model) {
    List<Finding> findings = new ArrayList<>();
    for (String key : keys(model)) {
      try {
        render(model, key);
      } catch (TemplateException e) {
        findings.add(Finding.fault(CHECK, key + " cannot be rendered: " + e.getMessage()));
      }
    }
    return findings;
  }

  static List<Finding> against(ModelView model, ModelView source) {
    List<Finding> findings = new ArrayList<>();
    Set<String> keys = new LinkedHashSet<>(keys(source));
    keys.addAll(keys(model));
    for (String key : keys) {
      String there = rendered(source, key);
      String here = rendered(model, key);
      if (!there.equals(here)) {
        findings.add(
            Finding.fault(
                CHECK,
                "%s renders the sample conversation as %s, the source's as %s"
                    .formatted(key, quote(here), quote(there))));
      }
    }
    return findings;
  }

  /// The keys of the templates: one, or one for each name.
  private static List<String> keys(ModelView model) {
    return model.metadata().entrySet().stream()
        .filter(entry -> entry.getValue() instanceof Text)
        .map(Map.Entry::getKey)
        .filter(key -> key.equals(KEY) || key.startsWith(KEY + "."))
        .toList();
  }

  private static String rendered(ModelView model, String key) {
    if (!(model.metadata().get(key) instanceof Text)) {
      return "(no template)";
    }
    try {
      return render(model, key);
    } catch (TemplateException e) {
      return "(" + e.getMessage() + ")";
    }
  }

  private static String render(ModelView model, String key) {
    Metadata metadata = Metadata.of(model);
    ChatTemplate template = new ChatTemplate(metadata.text(key), specialTokens(metadata));
    try {
      return template.render(ChatMessage.sample());
    } catch (TemplateException _) {
      // many templates know no system message; what else is wrong shows again
      return template.render(ChatMessage.sampleWithoutSystem());
    }
  }

  private static Map<String, String> specialTokens(Metadata metadata) {
    Map<String, String> tokens = new LinkedHashMap<>();
    Map<String, String> keys =
        Map.of(
            "bos_token", "bos_token_id",
            "eos_token", "eos_token_id",
            "unk_token", "unknown_token_id",
            "pad_token", "padding_token_id");
    keys.forEach(
        (name, key) -> {
          OptionalLong id = metadata.optionalInteger("tokenizer.ggml." + key);
          if (id.isPresent()
              && metadata.value("tokenizer.ggml.tokens").orElse(null) instanceof Array all
              && id.getAsLong() >= 0
              && id.getAsLong() < all.values().size()) {
            MetadataValue token = all.values().get((int) id.getAsLong());
            tokens.put(name, token instanceof Text(String text) ? text : "");
          }
        });
    return tokens;
  }

  private static String quote(String text) {
    String line = text.replace("\n", "\\n");
    return "\"" + (line.length() > 120 ? line.substring(0, 120) + "…" : line) + "\"";
  }
}
