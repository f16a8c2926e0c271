package dev.quern.verifier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.formats.tokenizer.Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/// The documents of a text as the tokens of a model, each by itself.
public final class TokenizedDocuments {
  /// What stands for lines of JSON instead of a separator.
  public static final String JSON_LINES = "jsonl";

  private final EvaluationText text;
  private final List<String> documents;
  private final List<int[]> tokens;
  private final OptionalInt first;

  private TokenizedDocuments(
      EvaluationText text, List<String> documents, List<int[]> tokens, OptionalInt first) {
    this.text = text;
    this.documents = documents;
    this.tokens = tokens;
    this.first = first;
  }

  /// Takes the documents of `text` apart.
  ///
  /// @param how `jsonl` for lines of JSON objects with a key `text`, or else what stands between
  ///   documents; line feeds around a document do not count, nor do empty ones
  /// @throws IllegalArgumentException if a line is no such object
  public static TokenizedDocuments of(EvaluationText text, String how, Tokenizer tokenizer) {
    List<String> documents = how.equals(JSON_LINES) ? lines(text) : parts(text.text(), how);
    OptionalInt first = tokenizer.addsBos() ? tokenizer.bos() : OptionalInt.empty();
    List<int[]> tokens =
        documents.stream().map(document -> TokenizedText.encode(document, tokenizer)).toList();
    return new TokenizedDocuments(text, documents, tokens, first);
  }

  private static List<String> parts(String text, String separator) {
    return Pattern.compile(separator, Pattern.LITERAL)
        .splitAsStream(text)
        .map(part -> part.replaceAll("^[\\r\\n]+|[\\r\\n]+$", ""))
        .filter(part -> !part.isEmpty())
        .toList();
  }

  private static List<String> lines(EvaluationText text) {
    ObjectMapper mapper = new ObjectMapper();
    List<String> documents = new ArrayList<>();
    int number = 0;
    for (String line : text.text().lines().toList()) {
      number++;
      if (!line.isBlank()) {
        documents.add(document(mapper, line, text.name() + ", line " + number));
      }
    }
    return documents.stream().filter(document -> !document.isEmpty()).toList();
  }

  private static String document(ObjectMapper mapper, String line, String where) {
    try {
      JsonNode value = mapper.readTree(line).path("text");
      if (value.isTextual()) {
        return value.textValue();
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(where + ": not JSON", e);
    }
    throw new IllegalArgumentException(where + ": wanted a JSON object with a key \"text\"");
  }

  /// Number of documents.
  public int count() {
    return documents.size();
  }

  /// The documents in pieces of at most `context` tokens, at most `limit` pieces.
  ///
  /// @throws IllegalArgumentException if nothing can be scored
  public Documents pieces(int context, int limit) {
    return Documents.of(tokens, context, limit, first);
  }

  /// What a report says of the text when `pieces` of it were read.
  public TextFacts facts(Documents pieces) {
    long all = tokens.stream().mapToLong(document -> document.length).sum();
    return new TextFacts(
        text.name(),
        text.bytes(),
        text.sha256(),
        all,
        pieces.context(),
        pieces.count(),
        TextFacts.Cut.DOCUMENTS);
  }

  /// Checks that another model reads the same tokens, without which nothing can be compared.
  ///
  /// @throws IllegalArgumentException if it does not
  public void requireSame(Tokenizer other) {
    for (int i = 0; i < documents.size(); i++) {
      if (!Arrays.equals(tokens.get(i), TokenizedText.encode(documents.get(i), other))) {
        throw new IllegalArgumentException(
            "%s: the two models read document %d as different tokens: models with different tokenizers cannot be compared"
                .formatted(text.name(), i));
      }
    }
  }
}
