package dev.quern.formats.tokenfiles;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.json.JsonFile;
import dev.quern.formats.tokenfiles.TiktokenRanks.Merge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds the tokenizer of a folder that has no `tokenizer.json`, and says what it would be in one.
public final class OlderFiles {
  /// How Qwen and its kin cut text.
  private static final String QWEN =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  /// How many tokens Qwen puts behind its ranks, and those of them that have names.
  private static final int QWEN_EXTRAS = 205;

  /// How many special tokens Meta has.
  private static final int META_SPECIAL = 256;

  private final Path folder;
  private final Optional<JsonFile> config;

  private OlderFiles(Path folder) {
    this.folder = folder;
    this.config = JsonFile.readIfThere(folder.resolve("tokenizer_config.json"));
  }

  /// The pipeline of the tokenizer in `folder`, if there is one of the kinds that are known.
  ///
  /// @throws MalformedFileException if a file is malformed
  public static Optional<JsonFile> read(Path folder) {
    OlderFiles files = new OlderFiles(folder);
    if (Files.isRegularFile(folder.resolve("tekken.json"))) {
      return Optional.of(Tekken.read(folder.resolve("tekken.json")));
    }
    Path merges = folder.resolve("merges.txt");
    if (Files.isRegularFile(merges)) {
      return JsonFile.readIfThere(folder.resolve("vocab.json"))
          .map(vocab -> files.mergeLists(vocab, merges));
    }
    if (Files.isRegularFile(folder.resolve("vocab.txt"))) {
      return Optional.of(files.wordPieces(folder.resolve("vocab.txt")));
    }
    Path qwen = folder.resolve("qwen.tiktoken");
    return Files.isRegularFile(qwen) ? Optional.of(qwen(qwen)) : Optional.empty();
  }

  /// The lines of `file`.
  static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(file, "is not UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonFile mergeLists(JsonFile vocab, Path mergesFile) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : vocab.root().properties()) {
      ids.put(entry.getKey(), vocab.id(entry.getValue(), '"' + entry.getKey() + '"'));
    }
    PipelineBuilder pipeline = new PipelineBuilder().bytePairs(ids, merges(mergesFile));
    boolean qwen = text("tokenizer_class").startsWith("Qwen2");
    pipeline.byteLevel(qwen ? QWEN : "", flag("add_prefix_space"));
    if (qwen) {
      pipeline.normalizer("NFC");
    }
    addTokens(pipeline, ids);
    String bos = text("bos_token");
    if (flag("add_bos_token") && ids.containsKey(bos)) {
      pipeline.begin(ids.getOrDefault(bos, 0), bos);
    }
    return JsonFile.of(vocab.path(), pipeline.build());
  }

  private static List<Merge> merges(Path file) {
    List<Merge> merges = new ArrayList<>();
    int number = 0;
    for (String line : lines(file)) {
      number++;
      if (line.isEmpty() || (number == 1 && line.startsWith("#version"))) {
        continue;
      }
      int space = line.indexOf(' ');
      if (space <= 0 || space == line.length() - 1 || line.indexOf(' ', space + 1) >= 0) {
        throw new MalformedFileException(
            file, "line %d is \"%s\", wanted two texts and a space".formatted(number, line));
      }
      merges.add(new Merge(line.substring(0, space), line.substring(space + 1)));
    }
    return merges;
  }

  private JsonFile wordPieces(Path file) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    int number = 0;
    for (String line : lines(file)) {
      if (ids.put(line, number++) != null) {
        throw new MalformedFileException(
            file, "line %d has a token that an earlier line has: %s".formatted(number, line));
      }
    }
    boolean lowercase = config.map(json -> flagOf(json, "do_lower_case", true)).orElse(true);
    PipelineBuilder pipeline = new PipelineBuilder().wordPieces(ids, "[UNK]");
    pipeline.normalizer("BertNormalizer").put("lowercase", lowercase);
    pipeline.preTokenizer("BertPreTokenizer");
    for (String token : List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")) {
      Integer id = ids.get(token);
      if (id != null) {
        pipeline.added(id, token, true);
      }
    }
    return JsonFile.of(file, pipeline.build());
  }

  /// The tokens that the other files of the folder name.
  private void addTokens(PipelineBuilder pipeline, Map<String, Integer> ids) {
    Map<String, Boolean> named = new LinkedHashMap<>();
    Optional<JsonFile> more = JsonFile.readIfThere(folder.resolve("added_tokens.json"));
    Map<String, Integer> all = new LinkedHashMap<>(ids);
    for (Map.Entry<String, JsonNode> entry :
        more.map(file -> file.root().properties()).orElse(java.util.Set.of())) {
      all.put(entry.getKey(), entry.getValue().asInt(-1));
      named.put(entry.getKey(), false);
    }
    for (String name : List.of("special_tokens_map.json", "tokenizer_config.json")) {
      JsonFile.readIfThere(folder.resolve(name)).ifPresent(file -> addNamed(file, named));
    }
    named.forEach(
        (content, isSpecial) -> {
          int id = all.getOrDefault(content, -1);
          if (id >= 0) {
            pipeline.added(id, content, isSpecial);
          }
        });
  }

  private static void addNamed(JsonFile file, Map<String, Boolean> named) {
    for (Map.Entry<String, JsonNode> entry : file.root().properties()) {
      JsonNode value = entry.getValue();
      JsonNode content = value.isObject() ? value.path("content") : value;
      String name = entry.getKey();
      if (name.endsWith("_token") && !name.startsWith("add_") && content.isTextual()) {
        named.put(content.asText(), true);
      }
    }
  }

  private String text(String name) {
    JsonNode value = config.map(file -> file.root().path(name)).orElse(null);
    if (value == null || JsonFile.isMissing(value)) {
      return "";
    }
    return value.isObject() ? value.path("content").asText() : value.asText();
  }

  private boolean flag(String name) {
    return config.map(file -> flagOf(file, name, false)).orElse(false);
  }

  private static boolean flagOf(JsonFile file, String name, boolean otherwise) {
    return file.flag(file.root().path(name), name, otherwise);
  }

  /// Qwen's first tokenizer: ranks, and behind them three tokens with names and many without.
  private static JsonFile qwen(Path file) {
    TiktokenRanks ranks = TiktokenRanks.read(file);
    PipelineBuilder pipeline = new PipelineBuilder().bytePairs(ranks.ids(), ranks.merges());
    pipeline.byteLevel(QWEN, false).normalizer("NFC");
    List<String> names = List.of("<|endoftext|>", "<|im_start|>", "<|im_end|>");
    int first = ranks.ids().size();
    for (int i = 0; i < names.size() + QWEN_EXTRAS; i++) {
      String name = i < 3 ? names.get(i) : "<|extra_" + (i - 3) + "|>";
      pipeline.added(first + i, name, true);
    }
    return JsonFile.of(file, pipeline.build());
  }

  /// LLaMA 3's tokenizer as Meta publishes it: ranks, and behind them special tokens, of which the
  /// first begins a text.
  ///
  /// @param file the ranks, with `params.json` beside them
  public static JsonFile meta(Path file) {
    TiktokenRanks ranks = TiktokenRanks.read(file);
    boolean newer =
        JsonFile.readIfThere(file.resolveSibling("params.json"))
            .map(params -> flagOf(params, "use_scaled_rope", false))
            .orElse(false);
    List<String> special = MetaTokens.special(newer, META_SPECIAL);
    PipelineBuilder pipeline = new PipelineBuilder().bytePairs(ranks.ids(), ranks.merges());
    pipeline.byteLevel(QWEN.replace("|\\p{N}|", "|\\p{N}{1,3}|"), false).ignoreMerges();
    int first = ranks.ids().size();
    for (int i = 0; i < special.size(); i++) {
      pipeline.added(first + i, special.get(i), true);
    }
    return JsonFile.of(file, pipeline.begin(first, special.getFirst()).build());
  }
}
