package dev.quern.verifier.sanity;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.ModelView;
import dev.quern.formats.tokenizer.Tokenizers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Whether the tokens in the metadata fit each other and the embedding.
final class VocabularyCheck {
  private static final String CHECK = "vocabulary";
  private static final String PREFIX = "tokenizer.ggml.";
  private static final String TOKENS = PREFIX + "tokens";

  private final ModelView model;
  private final Metadata metadata;
  private final List<Finding> findings = new ArrayList<>();

  VocabularyCheck(ModelView model) {
    this.model = model;
    this.metadata = Metadata.of(model);
  }

  List<Finding> findings() {
    Optional<Array> tokens = array(TOKENS);
    if (tokens.isEmpty()) {
      findings.add(Finding.fault(CHECK, "metadata has no " + TOKENS + ": no text can be read"));
      return findings;
    }
    int count = tokens.get().values().size();
    embedding(count);
    lengths(count);
    specialIds(count);
    readable();
    return findings;
  }

  private void embedding(int count) {
    model
        .tensor("token_embd.weight")
        .map(data -> data.info().shape().rows())
        .filter(rows -> rows != count)
        .ifPresent(
            rows ->
                fault(
                    "%s has %d tokens, and token_embd.weight %d rows"
                        .formatted(TOKENS, count, rows)));
    String key = metadata.optionalText("general.architecture").orElse("") + ".vocab_size";
    OptionalLong size = metadata.has(key) ? metadata.optionalInteger(key) : OptionalLong.empty();
    if (size.isPresent() && size.getAsLong() != count) {
      fault("%s is %d, and %s has %d tokens".formatted(key, size.getAsLong(), TOKENS, count));
    }
  }

  private void lengths(int count) {
    for (String key : List.of(PREFIX + "scores", PREFIX + "token_type")) {
      array(key)
          .map(array -> array.values().size())
          .filter(length -> length != count)
          .ifPresent(
              length -> fault("%s has %d values for %d tokens".formatted(key, length, count)));
    }
  }

  private void specialIds(int count) {
    for (Map.Entry<String, MetadataValue> entry : model.metadata().entrySet()) {
      String key = entry.getKey();
      if (key.startsWith(PREFIX) && key.endsWith("_token_id")) {
        long id = metadata.integer(key);
        if (id < 0 || id >= count) {
          fault("%s is %d, and there are %d tokens".formatted(key, id, count));
        }
      }
    }
    if (!metadata.has(PREFIX + "eos_token_id")) {
      findings.add(
          Finding.note(CHECK, "metadata has no " + PREFIX + "eos_token_id: nothing ends a text"));
    }
  }

  private void readable() {
    try {
      Tokenizers.fromMetadata(model.name(), model.metadata());
    } catch (MalformedFileException e) {
      fault(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Array> array(String key) {
    return metadata.value(key).filter(Array.class::isInstance).map(Array.class::cast);
  }

  private void fault(String problem) {
    findings.add(Finding.fault(CHECK, problem));
  }
}
