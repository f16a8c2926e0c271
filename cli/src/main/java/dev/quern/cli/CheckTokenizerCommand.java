package dev.quern.cli;

import dev.quern.formats.tokenizer.source.SourceTokenizers;
import dev.quern.formats.tokenizer.source.TokenizerCheck;
import dev.quern.formats.tokenizer.source.TokenizerDifference;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern check-tokenizer`: whether a GGUF cuts text as its source does.
@Command(
    name = "check-tokenizer",
    mixinStandardHelpOptions = true,
    description = {
      "Proves that a GGUF makes the same tokens of text as the tokenizer of its source, run as its"
          + " own library runs it.",
      "Compares the given texts and a built-in set of difficult ones; ends with 1 if one is"
          + " different."
    })
final class CheckTokenizerCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "SOURCE", description = "The folder of the source.")
  private Path source = Path.of("");

  @Parameters(
      index = "1",
      paramLabel = "MODEL",
      description = "A .gguf file, or a folder that would be converted.")
  private Path model = Path.of("");

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "A UTF-8 file to compare as well, repeatable.")
  private List<Path> files = new ArrayList<>();

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenModel opened = OpenModel.open(model)) {
      TokenizerCheck check =
          new TokenizerCheck(SourceTokenizers.open(source), opened.tokenizer()).difficultTexts();
      for (Path file : files) {
        check.text(String.valueOf(file.getFileName()), TextFile.read(file));
      }
      TokenizerCheck.Result result = check.result();
      if (json) {
        JsonOutput.print(document(result), out);
      } else {
        new TokenizerCheckPrinter(out).print(result);
      }
      return result.differences().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
  }

  private static Map<String, Object> document(TokenizerCheck.Result result) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("equal", result.differences().isEmpty());
    document.put("texts", result.texts());
    document.put("tokens", result.tokens());
    document.put("differences", list(result.differences()));
    document.put("inexpressible", list(result.inexpressible()));
    return document;
  }

  private static List<Map<String, Object>> list(List<TokenizerDifference> differences) {
    return differences.stream()
        .map(
            difference -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("text", difference.where());
              one.put("around", difference.around());
              one.put("token", difference.index());
              one.put("source", tokens(difference.source()));
              one.put("gguf", tokens(difference.gguf()));
              return one;
            })
        .toList();
  }

  private static List<Map<String, Object>> tokens(List<TokenizerDifference.Token> tokens) {
    return tokens.stream()
        .map(
            token -> {
              Map<String, Object> one = new LinkedHashMap<>();
              one.put("id", token.id());
              one.put("text", token.text());
              return one;
            })
        .toList();
  }
}
