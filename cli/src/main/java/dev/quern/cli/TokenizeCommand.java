package dev.quern.cli;

import dev.quern.formats.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern tokenize`: the token ids of a text.
@Command(
    name = "tokenize",
    mixinStandardHelpOptions = true,
    description = "Prints the token ids of a text, as the model's tokenizer splits it.")
final class TokenizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "MODEL", description = "A .gguf file, or a model's folder.")
  private Path model = Path.of("");

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "TEXT",
      description = "The text; or use --text FILE, or standard input.")
  private @Nullable String text;

  @Option(names = "--text", paramLabel = "FILE", description = "A UTF-8 file with the text.")
  private @Nullable Path file;

  @Option(
      names = "--no-bos",
      description = "Do not add the tokens that the model wants around a text.")
  private boolean plain;

  @Option(names = "--special", description = "Let texts of control tokens become those tokens.")
  private boolean special;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    try (OpenModel opened = OpenModel.open(model)) {
      Tokenizer tokenizer = opened.tokenizer();
      int[] tokens = tokenizer.encode(text(), !plain, special);
      if (json) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("tokens", tokens);
        document.put("pieces", pieces(tokenizer, tokens));
        JsonOutput.print(document, out);
      } else {
        out.println(
            Arrays.stream(tokens).mapToObj(String::valueOf).collect(Collectors.joining(" ")));
      }
    }
    return ExitCode.DONE;
  }

  private static List<String> pieces(Tokenizer tokenizer, int[] tokens) {
    return Arrays.stream(tokens)
        .mapToObj(token -> new String(tokenizer.decode(token, true), StandardCharsets.UTF_8))
        .toList();
  }

  private String text() throws IOException {
    if (file != null) {
      return Files.readString(file);
    }
    return text == null ? new String(System.in.readAllBytes(), StandardCharsets.UTF_8) : text;
  }
}
