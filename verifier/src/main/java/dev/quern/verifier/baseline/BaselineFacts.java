package dev.quern.verifier.baseline;

import dev.quern.formats.MalformedFileException;
import dev.quern.verifier.ModelFacts;
import dev.quern.verifier.TextFacts;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a baseline was made of.
///
/// @param model the base
/// @param modelHash of its weights, as [Fingerprint#ofModel] gives it
/// @param tokenizerHash of its tokens, as [Fingerprint#ofTokenizer] gives it
/// @param text what it read, and in which pieces
/// @param vocabulary number of its tokens
/// @param top how many log-probabilities are kept at a position, the rest as one sum; all of them
///   if it is the vocabulary
public record BaselineFacts(
    ModelFacts model,
    String modelHash,
    String tokenizerHash,
    TextFacts text,
    int vocabulary,
    int top) {
  private static final String VERSION = "1";

  /// @throws IllegalArgumentException if there is no such number of tokens
  public BaselineFacts {
    if (vocabulary < 1 || top < 1 || top > vocabulary) {
      throw new IllegalArgumentException(
          "%d log-probabilities of %d tokens cannot be kept".formatted(top, vocabulary));
    }
  }

  /// True if every log-probability is kept.
  public boolean isWhole() {
    return top == vocabulary;
  }

  /// Checks that a candidate that reads `wanted` may be held against this baseline: `wanted` may
  /// have fewer pieces.
  ///
  /// @throws IllegalArgumentException naming the first thing that differs
  public void require(Path file, BaselineFacts wanted) {
    same(file, "text (SHA-256)", text.sha256(), wanted.text.sha256());
    same(file, "tokenizer (SHA-256)", tokenizerHash, wanted.tokenizerHash);
    same(file, "vocabulary", vocabulary, wanted.vocabulary);
    same(file, "tokens in the text", text.tokens(), wanted.text.tokens());
    same(file, "tokens in a piece", text.context(), wanted.text.context());
    if (text.chunks() < wanted.text.chunks()) {
      throw new IllegalArgumentException(
          "%s: the baseline has %d pieces of the text, wanted %d: use --chunks %d"
              .formatted(file, text.chunks(), wanted.text.chunks(), text.chunks()));
    }
  }

  /// Checks that it was made of the model with fingerprint `hash`.
  ///
  /// @throws IllegalArgumentException if it was not
  public void requireModel(Path file, String hash) {
    same(file, "model (SHA-256)", modelHash, hash);
  }

  private static void same(Path file, String what, Object found, Object wanted) {
    if (!found.equals(wanted)) {
      throw new IllegalArgumentException(
          "%s: the baseline was made with another %s: %s, wanted %s; make it again with --save-baseline"
              .formatted(file, what, found, wanted));
    }
  }

  /// The facts as text by key, for the metadata of a file.
  public Map<String, String> toMetadata() {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("quern.baseline", VERSION);
    map.put("model.name", model.name());
    map.put("model.bytes", Long.toString(model.bytes()));
    map.put("model.weights", Long.toString(model.weights()));
    map.put("model.bits_per_weight", Double.toString(model.bitsPerWeight()));
    map.put("model.sha256", modelHash);
    map.put("tokenizer.sha256", tokenizerHash);
    map.put("text.name", text.name());
    map.put("text.bytes", Long.toString(text.bytes()));
    map.put("text.sha256", text.sha256());
    map.put("text.tokens", Long.toString(text.tokens()));
    map.put("context", Integer.toString(text.context()));
    map.put("chunks", Integer.toString(text.chunks()));
    map.put("vocabulary", Integer.toString(vocabulary));
    map.put("top", Integer.toString(top));
    return map;
  }

  /// The facts that the metadata of `file` say.
  ///
  /// @throws MalformedFileException if they do not
  public static BaselineFacts of(Path file, Map<String, String> metadata) {
    MetadataText values = new MetadataText(file, metadata);
    String version = values.text("quern.baseline");
    if (!version.equals(VERSION)) {
      throw new MalformedFileException(
          file, "quern.baseline is %s, this program reads %s".formatted(version, VERSION));
    }
    int vocabulary = values.whole("vocabulary", 1, Integer.MAX_VALUE);
    return new BaselineFacts(
        new ModelFacts(
            values.text("model.name"),
            values.large("model.bytes"),
            values.large("model.weights"),
            values.real("model.bits_per_weight")),
        values.text("model.sha256"),
        values.text("tokenizer.sha256"),
        new TextFacts(
            values.text("text.name"),
            values.large("text.bytes"),
            values.text("text.sha256"),
            values.large("text.tokens"),
            values.whole("context", 3, Integer.MAX_VALUE),
            values.whole("chunks", 1, Integer.MAX_VALUE),
            TextFacts.Cut.PIECES),
        vocabulary,
        values.whole("top", 1, vocabulary));
  }
}
