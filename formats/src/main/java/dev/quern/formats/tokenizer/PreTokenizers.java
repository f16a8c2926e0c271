package dev.quern.formats.tokenizer;

import static dev.quern.formats.tokenizer.PreTokenizer.CUTS_BEFORE_THREES;
import static dev.quern.formats.tokenizer.PreTokenizer.DIGITS_OF_A_WORD_IN_THREES;
import static dev.quern.formats.tokenizer.PreTokenizer.NUMBERS_IN_THREES;

import java.util.List;
import java.util.Optional;

/// The table of pre-tokenizers: one entry for each way to cut text that llama.cpp 0.7 has a name
/// for, with all names that share it.
///
/// The regexes are those of the published `tokenizer.json` files. llama.cpp approximates some of
/// them; ours differs from it there, and agrees with the tokenizer that the model was trained with:
///
/// - `(?i:'s)` also matches `'ſ` (U+017F), which llama.cpp leaves alone.
/// - `tekken`, `gpt-4o`: upper and lower case count beyond ASCII, and combining marks count as
///   letters; llama.cpp only tells `A-Z` from `a-z`. `granite-embed-multi-97m`: the same for case.
/// - `youtu`, `kimi-k2`, `tiny_aya`: llama.cpp cuts no word where its case changes.
/// - `kimi-k2`: Han is the Unicode script, llama.cpp has a list of blocks.
/// - `tiny_aya`: digits with a letter after them are grouped from the left, llama.cpp cuts off one.
/// - `afmoe`: there is a cut before digits, which llama.cpp leaves to the steps after; CJK
///   compatibility characters begin at U+F900, where llama.cpp has U+8C48.
///
/// Categories are those of the JDK (Unicode 16 in JDK 25); characters newer than llama.cpp's tables
/// are the only other difference that tests against it have shown.
///
/// Two names are one entry only if words that are tokens are treated alike (`ignoreMerges`). Names
/// also set llama.cpp's default for adding a beginning, which metadata overrides, and how it tidies
/// spaces when it prints; neither tells entries apart.
final class PreTokenizers {
  private static final String GPT2 =
      "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

  private static final String LLAMA3 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String QWEN2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String QWEN35 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?[\\p{L}\\p{M}]+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{M}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String K2_HORIZON =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}|\\p{M}|\\u200C|\\u200D)+"
          + "|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String JAIS2 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+"
          + "|\\s{512}(?!\\S)|\\s{256}(?!\\S)|\\s{128}(?!\\S)|\\s{64}(?!\\S)|\\s{32}(?!\\S)"
          + "|\\s{16}(?!\\S)|\\s{8}(?!\\S)|\\s{4}(?!\\S)|\\s{1,2}(?!\\S)|\\s{1}";

  private static final String SEED_CODER =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1}"
          + "| ?[^\\s\\p{L}\\p{N}\\r\\n]+|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String UFAKZEKA =
      "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String EXAONE_MOE =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
          + "|[^\\r\\n\\p{L}\\p{N}]?(?:\\p{L}\\p{M}*(?: \\p{L}\\p{M}*)*)+|\\p{N}"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]?|\\s*[\\r\\n]|\\s+(?!\\S)|\\s+";

  private static final String MINICPM5 =
      "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}+"
          + "| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String TEKKEN =
      "[^\\r"
          + "\\n"
          + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+|[^\\r"
          + "\\n"
          + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*|\\p{N}|"
          + " ?[^\\s\\p{L}\\p{N}]+[\\r"
          + "\\n"
          + "/]*|\\s*[\\r"
          + "\\n"
          + "]+|\\s+(?!\\S)|\\s+";

  private static final String GPT4O =
      "[^\\r"
          + "\\n"
          + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\\r"
          + "\\n"
          + "\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
          + "(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r"
          + "\\n"
          + "/]*|\\s*[\\r"
          + "\\n"
          + "]+|\\s+(?!\\S)|\\s+";

  private static final String YOUTU = GPT4O.replace("\\p{N}{1,3}", "\\p{N}");

  private static final String KIMI_K2 =
      "\\p{Han}+|"
          + GPT4O
              .replace("\\p{Lo}\\p{M}]", "\\p{Lo}\\p{M}&&[^\\p{Han}]]")
              .replace("[\\r\\n/]", "[\\r\\n]");

  private static final String CJK = "[一-龥\\u0800-一가-\\ud7ff]+";
  private static final String CJK_AND_KANA = "[一-龥\\u3040-ゟ゠-ヿ]+";

  private static final String DEEPSEEK3 =
      "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~][A-Za-z]+"
          + "|[^\\r\\n\\p{L}\\p{P}\\p{S}]?[\\p{L}\\p{M}]+| ?[\\p{P}\\p{S}]+[\\r\\n]*"
          + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

  private static final String SPARK = DEEPSEEK3.replace("[\\r\\n]*|\\s*[\\r\\n]+", "|[\\r\\n]");

  private static final String DEEPSEEK_WORDS = "\\s?[" + DeepSeekLetters.CASED + "]+";
  private static final String DEEPSEEK_SIGNS = "\\s?[!-/:-~！-／：-～‘-‟\\u3000-。]+";

  private static final String BLOOM = " ?[^(\\s|.,!?…。，、।۔،)]+";

  private static final String ASIAN =
      "[一-鿿㐀-䶿\\uf900-\\ufaff\\u3040-ゟ゠-ヿ･-ﾟ⼀-\\u2fdfเ-\\u0e7f\\u0e80-\\u0effក-\\u17ff"
          + "က-႟ꩠ-ꩿꧠ-\\ua9ff가-\\ud7afᄀ-ᇿ]+";

  private static final String PUNCTUATION = "[\\p{P}!-/:-@\\[-`{-~]";
  private static final String THREE_DIGITS = "[0-9][0-9][0-9]";

  private static final List<PreTokenizer> ALL =
      List.of(
          entry("default", "[\\p{P}$+<=>\\^~|]+", GPT2, "\\p{N}+", THREE_DIGITS),
          entry("llama-bpe", LLAMA3)
              .alias("llama3 llama-v3 falcon3 falcon-h1 pixtral midm-2.0 lfm2 jina-v5-nano")
              .ignoringMerges()
              .addingBos(),
          entry("smaug-bpe", LLAMA3).alias("dbrx chatglm-bpe glm4 glm5"),
          entry("gpt-2", GPT2)
              .alias("phi-2 mpt olmo jais gigachat a.x-4.0 mellum modern-bert exaone4 trillion")
              .alias(
                  "granite-docling jina-es jina-de jina-v1-en jina-v2-es jina-v2-de jina-v2-code")
              .alias("roberta-bpe"),
          entry("starcoder", "\\p{N}", GPT2)
              .alias("refact command-r smollm codeshell exaone minerva-7b mellum2"),
          entry("qwen2", QWEN2)
              .alias("stablelm2 hunyuan solar-open deepseek-r1-qwen kormo f2llmv2 megrez grok-2")
              .alias("bailingmoe bailingmoe2 llada-moe"),
          entry("qwen35", QWEN35),
          entry("tekken", TEKKEN).ignoringMerges().addingBos(),
          entry("gpt-4o", GPT4O).alias("llama4 kanana2 talkie minimax-m2"),
          entry("granite-embed-multi-97m", GPT4O).ignoringMerges(),
          entry("falcon", "[\\p{P}$+<=>\\^~|`]+", GPT2, THREE_DIGITS)
              .alsoWritten(PUNCTUATION + "+", GPT2, "\\p{N}+", THREE_DIGITS),
          entry("deepseek-llm", "[\\r\\n]", DEEPSEEK_WORDS, DEEPSEEK_SIGNS, "\\s+$", CJK, "\\p{N}+")
              .alsoWritten("[\\r\\n]", DEEPSEEK_WORDS, DEEPSEEK_SIGNS, "\\s+$", CJK, "\\p{N}"),
          entry("deepseek-coder", "[\\r\\n]", "\\s?\\p{L}+", "\\s?\\p{P}+", CJK, "\\p{N}"),
          entry("deepseek-v3", "\\p{N}{1,3}", CJK_AND_KANA, DEEPSEEK3)
              .alias("hunyuan-dense joyai-llm hy_v4"),
          entry("spark2_5", "\\p{N}{1,3}", CJK_AND_KANA, SPARK, "\\p{N}"),
          entry("youtu", "[가-힣ㄱ-ㆎ]+|[！…“”‘’—：；，、-〿︰-﹏]+|[ㄅ-ㄯ]+|" + CJK_AND_KANA, YOUTU)
              .ignoringMerges(),
          entry("bloom", BLOOM).alias("poro-chat gpt3-finnish"),
          entry("viking", BLOOM, "\\p{N}"),
          entry("jais-2", JAIS2),
          entry(
                  "chameleon",
                  "<sentinel:[0-9]+>",
                  "IMGIMG[A-I]{1,4}Z",
                  "[\\t\\n]|    |  ",
                  "\\p{N}",
                  PUNCTUATION,
                  GPT2)
              .addingBos(),
          entry("tiny_aya", DIGITS_OF_A_WORD_IN_THREES, GPT4O).alias("cohere2moe"),
          entry("kimi-k2", KIMI_K2),
          entry("superbpe", "\\p{N}+", CUTS_BEFORE_THREES),
          entry("seed-coder", SEED_CODER),
          entry("ufakzeka", UFAKZEKA),
          entry("afmoe", NUMBERS_IN_THREES, ASIAN, DEEPSEEK3),
          entry("k2-horizon", K2_HORIZON),
          entry("laguna", "[^\\n]+|[\\n]+", QWEN2),
          entry("exaone-moe", EXAONE_MOE),
          entry("minicpm5", "\\p{N}{1,3}", MINICPM5).ignoringMerges());

  /// Names whose vocabularies are not byte level: no words are cut, or not by regexes.
  private static final List<String> NOT_BYTE_LEVEL =
      List.of("gemma4", "granite-embed-multi-311m", "mmbert", "sarvam-moe", "whitespace");

  private PreTokenizers() {}

  private static PreTokenizer entry(String name, String... steps) {
    return new PreTokenizer(name, List.of(), List.of(steps), List.of(), false, false);
  }

  /// Every entry; the first that fits is the canonical one.
  static List<PreTokenizer> all() {
    return ALL;
  }

  /// The entry that has `name` as its name or alias.
  static Optional<PreTokenizer> named(String name) {
    return ALL.stream().filter(entry -> entry.isNamed(name)).findFirst();
  }

  /// Whether llama.cpp knows `name`, but for vocabularies that are not byte level.
  static boolean isOfAnotherKind(String name) {
    return NOT_BYTE_LEVEL.contains(name);
  }
}
