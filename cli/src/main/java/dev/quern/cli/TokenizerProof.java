package dev.quern.cli;

import dev.quern.formats.tokenizer.source.SourceTokenizer;
import dev.quern.formats.tokenizer.source.SourceTokenizers;
import dev.quern.formats.tokenizer.source.TokenizerCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/// Holds the tokenizers of results of `shrink` against that of their source.
///
/// @param source the source's tokenizer, if it is not part of a GGUF
/// @param err where differences are shown
record TokenizerProof(Optional<SourceTokenizer> source, PrintWriter err) {
  /// A proof with the tokenizer in `folder`.
  static TokenizerProof of(Optional<Path> folder, PrintWriter err) {
    return new TokenizerProof(folder.map(SourceTokenizers::open), err);
  }

  /// What was found on the built-in texts and on `text`; nothing if the source is a GGUF, whose
  /// tokenizer is copied.
  Optional<TokenizerCheck.Result> check(OpenModel candidate, String text) {
    if (source.isEmpty()) {
      return Optional.empty();
    }
    TokenizerCheck.Result result =
        new TokenizerCheck(source.get(), candidate.tokenizer())
            .difficultTexts()
            .text("the text", text)
            .result();
    TokenizerCheckPrinter printer = new TokenizerCheckPrinter(err);
    result.differences().forEach(one -> printer.print("tokenizer differs", one));
    result
        .inexpressible()
        .forEach(
            one -> printer.print("warning: tokenizer differs as GGUF cannot say it better", one));
    return Optional.of(result);
  }
}
