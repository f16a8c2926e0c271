package dev.quern.formats.tokenfiles;

import java.util.ArrayList;
import java.util.List;

/// The special tokens behind the ranks of a LLaMA 3 as Meta publishes it, which are in Meta's code,
/// not in a file.
public final class MetaTokens {
  /// How many have names of their own in every version.
  public static final int NAMED = 10;

  private static final String RESERVED = "<|reserved_special_token_%d|>";

  /// The special tokens of LLaMA 3; reserved ones from 5 follow.
  private static final List<String> LLAMA_3 =
      List.of(
          "<|begin_of_text|>",
          "<|end_of_text|>",
          RESERVED.formatted(0),
          RESERVED.formatted(1),
          RESERVED.formatted(2),
          RESERVED.formatted(3),
          "<|start_header_id|>",
          "<|end_header_id|>",
          RESERVED.formatted(4),
          "<|eot_id|>");

  /// Those of LLaMA 3.1 and later; reserved ones from 2 follow.
  private static final List<String> LLAMA_3_1 =
      List.of(
          "<|begin_of_text|>",
          "<|end_of_text|>",
          RESERVED.formatted(0),
          RESERVED.formatted(1),
          "<|finetune_right_pad_id|>",
          "<|step_id|>",
          "<|start_header_id|>",
          "<|end_header_id|>",
          "<|eom_id|>",
          "<|eot_id|>",
          "<|python_tag|>");

  private MetaTokens() {}

  /// The first `count` special tokens.
  ///
  /// @param newer true for LLaMA 3.1 and later
  public static List<String> special(boolean newer, int count) {
    List<String> named = newer ? LLAMA_3_1 : LLAMA_3;
    int reserved = newer ? 2 : 5;
    List<String> tokens = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tokens.add(i < named.size() ? named.get(i) : RESERVED.formatted(reserved + i - named.size()));
    }
    return tokens;
  }
}
