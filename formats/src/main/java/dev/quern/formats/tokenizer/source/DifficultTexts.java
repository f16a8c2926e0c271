package dev.quern.formats.tokenizer.source;

import java.util.LinkedHashMap;
import java.util.Map;

/// Texts on which tokenizers are known to part ways.
final class DifficultTexts {
  private DifficultTexts() {}

  /// The texts by what is difficult about them.
  static Map<String, String> all() {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("a word", "Hello");
    texts.put("nothing", "");
    texts.put("one space", " ");
    texts.put("spaces before", "   three spaces before, one after ");
    texts.put("spaces within", "a  b   c    d     e      f       g        h");
    texts.put("spaces of many lengths", spaces());
    texts.put("tabs", "\tone\t\ttwo\t\t\tthree \t mixed\t");
    texts.put("line ends", "a\nb\n\nc\n\n\nd\r\ne\r\n\r\nf\rg\n \n\t\n");
    texts.put("line ends after signs", "{\n  x();\n}\n\n// end.\n\n\n");
    texts.put("wide spaces", "a\u00a0b\u2003c\u3000d\u2009e\u202ff\u205fg\u1680h\u0085i");
    texts.put(
        "digits", "0 1 12 123 1234 12345 123456 1234567 3.14159 1,234,567.89 2026-11-22 0x1F");
    texts.put("digits and letters", "a1b22c333d4444e55555 1st 2nd 3rd x86_64 R2D2 100km 1e-9");
    texts.put(
        "other numbers",
        "\u0661\u0662\u0663 \u0967\u0968\u0969 \u00b2\u00b3\u00b9 \u00bd\u00be \u2167 \u2460"
            + " \u4e94\u5341");
    texts.put(
        "short forms",
        "I'm you're it's we'd they'll don't I've 'S 'T 'RE 'Ve 'm 'Ll 'd''s x'\u017f");
    texts.put(
        "case",
        "camelCase PascalCase ALLCAPS mIxEd \u00c9T\u00c9 \u01c5 HTTPServer IOError \u0130stanbul");
    texts.put("signs", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");
    texts.put(
        "signs in a row",
        "!!!! ???? ... ---- ==== //// #### $$$$ `````` ''''''' \"\"\"\"\" ~~~^^^");
    texts.put("code", "for (int i = 0; i < n; ++i) { a[i] += b->c * 0.5f; } // \"text\"\n");
    texts.put(
        "accents",
        "\u00e9 e\u0301 \u00c5 A\u030a \u1ec7 e\u0323\u0302 \u00f1 n\u0303 na\u00efve caf\u00e9"
            + " \u00dcber stra\u00dfe");
    texts.put(
        "compatibility",
        "\ufb01 \u2126 \uff21\uff22\uff13 \u00bc \u2122 \uff76\uff9e \u334d \u1e9b\u0323");
    texts.put(
        "Cyrillic, Greek",
        "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440! \u0397"
            + " \u03b3\u03bb\u03ce\u03c3\u03c3\u03b1 \u03a3\u03c3\u03c2.");
    texts.put(
        "Arabic, Hebrew",
        "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645\u060c \u061f"
            + " \u05e9\u05dc\u05d5\u05dd");
    texts.put(
        "Indic",
        "\u0928\u092e\u0938\u094d\u0924\u0947 \u0926\u0941\u0928\u093f\u092f\u093e\u0964"
            + " \u0bb5\u0ba3\u0b95\u0bcd\u0b95\u0bae\u0bcd \u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35");
    texts.put(
        "Khmer",
        "\u1780\u17b6\u1793\u17cb\u178f\u17c2\u1796\u17b7\u179f\u17c1\u179f\u17a2\u17b6\u1785");
    texts.put(
        "CJK",
        "\u6211\u60f3\u5728apple\u5de5\u4f5c1314151\u5929\uff5e"
            + " \u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8\u3002\u4e2d\u6587\uff0c\u201c\u5f15\u53f7\u201d\uff01");
    texts.put("Hangul", "\uc548\ub155\ud558\uc138\uc694 \u1112\u1161\u11ab\uae00 \u3131\u314f");
    texts.put(
        "emoji",
        "\ud83d\ude80 \ud83d\ude36\u200d\ud83c\udf2b\ufe0f \u2705 \ud83e\udd99\ud83e\udd99"
            + " \ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67 \ud83c\uddee\ud83c\uddf8"
            + " \ud83d\udc4d\ud83c\udffd \u263a\ufe0f");
    texts.put(
        "rare characters",
        "\ud800\udf48 \ud83a\udd00 \ud850\udc88 \ue000 \uffff \ud834\udd1e \u0378");
    texts.put("joiners and marks", "a\u200bb\u200cc\u200dd\ufefff\u2060g\u00adh\u200e\u202e\u034f");
    texts.put("control characters", "a\u0001b\u0007c\u0008d\u001be\u007ff\u009fg\u000bh\u000ci");
    texts.put("the escape of spaces", "\u2581 \u2581a a\u2581b \u2581\u2581 \u0120 \u0120a \u010a");
    texts.put("byte tokens as text", "<0x0A> <0x41> <0xFF> <0xG0>");
    texts.put("a long word", "antidisestablishmentarianism" + "pneumono".repeat(20));
    texts.put("one letter", "a".repeat(300));
    texts.put("a link", "https://example.org/a/b?c=d&e=%20f#g <me@example.org> C:\\dir\\file.txt");
    texts.put("replacement character", "\ufffd \ufffd\ufffda");
    return texts;
  }

  private static String spaces() {
    StringBuilder text = new StringBuilder();
    for (int count = 1; count <= 40; count++) {
      text.append(" ".repeat(count)).append(count % 3 == 0 ? "\n" : "x");
    }
    return text.toString();
  }
}
