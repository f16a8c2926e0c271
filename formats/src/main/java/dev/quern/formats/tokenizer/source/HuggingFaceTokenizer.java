package dev.quern.formats.tokenizer.source;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.subwords.IntList;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Finder;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Section;
import dev.quern.formats.tokenizer.source.AddedVocabulary.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The pipeline that a `tokenizer.json` describes.
final class HuggingFaceTokenizer implements SourceTokenizer {
  private static final int LONGEST_CACHED = 64;
  private static final int MOST_CACHED = 1 << 16;

  private final Normalizer normalizer;
  private final PreTokenizer preTokenizer;
  private final WordModel model;
  private final PostProcessor postProcessor;
  private final Finder asWritten;
  private final Finder inNormalized;
  private final Map<Integer, String> texts = new HashMap<>();
  private final List<AddedText> addedTexts;

  /// The pipeline in `file`, with `more` tokens that other files of the folder add.
  HuggingFaceTokenizer(JsonFile file, List<Token> more) {
    JsonNode root = file.root();
    this.normalizer = Normalizer.of(file, root.path("normalizer"));
    this.preTokenizer = PreTokenizers.of(file, root.path("pre_tokenizer"));
    JsonNode modelNode = file.object(root.path("model"), "model");
    this.model = WordModels.of(file, modelNode);
    this.postProcessor = PostProcessor.of(file, root.path("post_processor"));
    AddedVocabulary added = new AddedVocabulary();
    readAdded(file).forEach(token -> added.add(token, model));
    more.forEach(token -> added.add(token, model));
    this.addedTexts = added.texts();
    this.asWritten = added.finder(false, normalizer);
    this.inNormalized = added.finder(true, normalizer);
    readTexts(modelNode.path("vocab"));
    added.byId().forEach((id, token) -> texts.put(id, token.content()));
  }

  private static List<Token> readAdded(JsonFile file) {
    List<Token> tokens = new ArrayList<>();
    JsonNode list = file.root().path("added_tokens");
    if (JsonFile.isMissing(list)) {
      return tokens;
    }
    for (JsonNode node : file.array(list, "added_tokens")) {
      tokens.add(AddedTokenJson.read(file, node, "added_tokens[" + tokens.size() + "]"));
    }
    return tokens;
  }

  private void readTexts(JsonNode vocab) {
    if (vocab.isArray()) {
      for (int id = 0; id < vocab.size(); id++) {
        texts.put(id, vocab.path(id).path(0).asText());
      }
    } else {
      for (Map.Entry<String, JsonNode> entry : vocab.properties()) {
        texts.put(entry.getValue().asInt(), entry.getKey());
      }
    }
  }

  @Override
  public int[] encode(String text, boolean addSpecial) {
    IntList out = new IntList(text.length() / 3);
    if (addSpecial) {
      postProcessor.addBefore(out);
    }
    Words words = new Words(out);
    for (Section section : asWritten.find(text)) {
      if (section.token() >= 0) {
        out.add(section.token());
      } else {
        encode(text.substring(section.from(), section.to()), section.from() == 0, words);
      }
    }
    if (addSpecial) {
      postProcessor.addAfter(out);
    }
    return out.toArray();
  }

  private void encode(String text, boolean first, Words words) {
    String normalized = normalizer.apply(text);
    for (Section section : inNormalized.find(normalized)) {
      if (section.token() >= 0) {
        words.out.add(section.token());
      } else {
        String part = normalized.substring(section.from(), section.to());
        preTokenizer.split(new Piece(part, first && section.from() == 0), words::add);
      }
    }
  }

  /// Writes words, those that came before from memory.
  private final class Words {
    private final IntList out;
    private final Map<String, int[]> known = new HashMap<>();

    Words(IntList out) {
      this.out = out;
    }

    void add(Piece piece) {
      String word = piece.text();
      if (word.length() > LONGEST_CACHED) {
        model.encode(word, out);
        return;
      }
      int[] ids = known.get(word);
      if (ids != null) {
        out.addAll(ids);
        return;
      }
      int start = out.size();
      model.encode(word, out);
      if (known.size() < MOST_CACHED) {
        known.put(word, out.toArray(start));
      }
    }
  }

  @Override
  public String text(int token) {
    return texts.getOrDefault(token, "");
  }

  @Override
  public List<AddedText> addedTexts() {
    return addedTexts;
  }
}
