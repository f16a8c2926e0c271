package dev.quern.formats.architecture;

import dev.quern.formats.architecture.BlockTraits.Attention;
import dev.quern.formats.architecture.BlockTraits.HeadNorm;
import dev.quern.formats.architecture.BlockTraits.Latent;
import dev.quern.formats.architecture.BlockTraits.Scores;
import dev.quern.formats.architecture.BlockTraits.Source;

/// Reads heads and their lengths, and checks them against each other.
final class AttentionReader {
  private static final int MANY = 1 << 20;

  private final TraitsReader reader;

  AttentionReader(TraitsReader reader) {
    this.reader = reader;
  }

  /// The length of a query or key.
  int keyLength(int hidden) {
    int heads = heads();
    keyValueHeads(heads);
    if (!reader.has("attention.key_length") && hidden % heads != 0) {
      throw reader.malformed(
          "embedding_length",
          "is "
              + hidden
              + ", not a multiple of "
              + heads
              + " heads, and attention.key_length is missing");
    }
    return reader.count("attention.key_length", MANY, Math.max(1, hidden / heads));
  }

  Attention read(int hidden, HeadNorm headNorm, Scores scores, Source source) {
    int heads = heads();
    int keyLength = keyLength(hidden);
    int window = reader.lengthOrZero("attention.sliding_window");
    return new Attention(
        heads,
        keyValueHeads(heads),
        keyLength,
        reader.count("attention.value_length", MANY, keyLength),
        window == 0 ? Attention.UNLIMITED : window,
        reader.limitOrZero("attention.clamp_kqv"),
        headNorm,
        scores,
        source);
  }

  /// Reads the lengths of a latent attention, which `attention.key_length` and the others must fit.
  Latent latent() {
    int rank = reader.count("attention.kv_lora_rank", MANY);
    int turned = reader.count("rope.dimension_count", MANY);
    same("attention.head_count_kv", 1);
    same("attention.key_length", rank + turned);
    same("attention.value_length", rank);
    int whole = reader.count("attention.key_length_mla", MANY);
    if (whole <= turned) {
      throw reader.malformed(
          "attention.key_length_mla", "is " + whole + ", wanted more than " + turned);
    }
    return new Latent(
        reader.countOrZero("attention.q_lora_rank", MANY),
        rank,
        whole - turned,
        turned,
        reader.count("attention.value_length_mla", MANY));
  }

  private void same(String key, int wanted) {
    int found = reader.count(key, Integer.MAX_VALUE);
    if (found != wanted) {
      throw reader.malformed(key, "is " + found + ", wanted " + wanted);
    }
  }

  private int heads() {
    return reader.count("attention.head_count", MANY);
  }

  private int keyValueHeads(int heads) {
    int keyValueHeads = reader.count("attention.head_count_kv", MANY, heads);
    if (heads % keyValueHeads != 0) {
      throw reader.malformed(
          "attention.head_count",
          "is " + heads + ", not a multiple of " + keyValueHeads + " (head_count_kv)");
    }
    return keyValueHeads;
  }
}
