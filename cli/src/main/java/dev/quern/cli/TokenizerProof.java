package dev.quern.cli;

import dev.quern.formats.tokenizer.source.SourceTokenizers;
import dev.quern.formats.tokenizer.source.TokenizerCheck;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Holds the tokenizer of a result of `shrink` against that of its source.
///
/// @param source what was converted
/// @param err where differences are shown
record TokenizerProof(Path source, PrintWriter err) {
  /// What was found on the built-in texts and on `text`; nothing if the source is a GGUF, whose
  /// tokenizer is copied.
  Optional<TokenizerCheck.Result> check(OpenModel candidate, String text) {
    Optional<Path> folder = folder();
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    TokenizerCheck.Result result =
        new TokenizerCheck(SourceTokenizers.open(folder.get()), candidate.tokenizer())
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

  private Optional<Path> folder() {
    if (Files.isDirectory(source)) {
      return Optional.of(source);
    }
    String name = String.valueOf(source.getFileName());
    return name.endsWith(".gguf")
        ? Optional.empty()
        : Optional.ofNullable(source.toAbsolutePath().getParent());
  }
}
