package dev.quern.verifier.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ChatTemplateTest {
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

  static Stream<Arguments> templates() throws IOException {
    try (InputStream in = ChatTemplateTest.class.getResourceAsStream("templates.json")) {
      JsonNode all = new ObjectMapper().readTree(Objects.requireNonNull(in));
      return StreamSupport.stream(all.spliterator(), false)
          .map(one -> Arguments.of(one.get("name").asText(), one));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("templates")
  void rendersAsJinjaDoes(String name, JsonNode golden) {
    ChatTemplate template = new ChatTemplate(golden.get("template").asText(), TOKENS);
    if (golden.has("error")) {
      assertThatThrownBy(() -> template.render(ChatMessage.sample()))
          .as(name)
          .isInstanceOf(TemplateException.class);
    } else {
      assertThat(template.render(ChatMessage.sample())).isEqualTo(golden.get("prompt").asText());
    }
  }

  @Test
  void rendersAConversationWithoutSystemForATemplateThatRefusesIt() {
    ChatTemplate template =
        new ChatTemplate(
            "{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('no') }}"
                + "{% endif %}{{ m.content }}{% endfor %}",
            Map.of());
    assertThat(template.render(ChatMessage.sampleWithoutSystem()))
        .isEqualTo(" How many legs has a spider?Eight.And an ant?");
    assertThatThrownBy(() -> template.render(ChatMessage.sample()))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("the template refuses: no");
  }

  @Test
  void reversesInTagsAndLeavesTextAlone() {
    ChatTemplate template =
        new ChatTemplate(
            "[::-1] {% for m in messages[::-1] %}{{ m['role'] }} {% endfor %}", TOKENS);

    assertThat(template.render(ChatMessage.sample()))
        .isEqualTo("[::-1] user assistant user system ");
  }
}
