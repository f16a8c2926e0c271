package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.engine.Sampler;
import dev.quern.engine.SamplingOptions;
import dev.quern.engine.Session;
import dev.quern.formats.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern generate`: text that goes on from a prompt.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = "Continues a prompt, with int8 activations and an F16 cache unless --exact.")
final class GenerateCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "MODEL", description = "A .gguf file, or a model's folder.")
  private Path model = Path.of("");

  @Option(
      names = {"-p", "--prompt"},
      paramLabel = "TEXT",
      description = "What to go on from.")
  private String prompt = "";

  @Option(
      names = {"-n", "--tokens"},
      paramLabel = "N",
      description = "The most tokens to make (default: ${DEFAULT-VALUE}).")
  private int count = 128;

  @Option(
      names = {"-c", "--ctx"},
      paramLabel = "N",
      description = "Positions to keep (default: the model's context, at most 4096).")
  private int context;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "0 takes the likeliest token (default: ${DEFAULT-VALUE}).")
  private float temperature = 0.8f;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      description = "Draw from the K likeliest; 0 for all (default: ${DEFAULT-VALUE}).")
  private int topK = 40;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      description =
          "Draw from the likeliest that hold this probability (default: ${DEFAULT-VALUE}).")
  private float topP = 0.95f;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed makes the same text (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();
  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    Sampler sampler = new Sampler(sampling());
    requireRoom();
    EngineOptions options = arithmetic.options(threads.count());
    try (OpenModel opened = OpenModel.open(model);
        LanguageModel running = opened.load(options)) {
      Tokenizer tokenizer = opened.tokenizer();
      int[] start = start(tokenizer);
      int capacity = context == 0 ? Math.min(4096, running.contextLength()) : context;
      if (start.length >= capacity) {
        throw new IllegalArgumentException(
            "the prompt has %d tokens and the context %d positions; give more with --ctx"
                .formatted(start.length, capacity));
      }
      try (Session session = running.newSession(capacity)) {
        generate(running, session, tokenizer, sampler, start);
      }
    }
    return ExitCode.DONE;
  }

  private SamplingOptions sampling() {
    return UsageException.check(
        "sampling", () -> new SamplingOptions(temperature, topK, topP, seed));
  }

  private void requireRoom() {
    if (count < 0) {
      throw new UsageException("--tokens is " + count + ", wanted 0 or more");
    }
    if (context < 0) {
      throw new UsageException("--ctx is " + context + ", wanted 1 or more");
    }
  }

  private int[] start(Tokenizer tokenizer) {
    int[] start = tokenizer.encode(prompt, true, true);
    if (start.length > 0) {
      return start;
    }
    return tokenizer.bos().stream().toArray();
  }

  private void generate(
      LanguageModel running, Session session, Tokenizer tokenizer, Sampler sampler, int[] start) {
    if (start.length == 0) {
      throw new IllegalArgumentException("this model needs a prompt: give one with --prompt");
    }
    Continuation text = new Continuation(spec.commandLine().getOut(), !json);
    float[] logits = new float[running.vocabularySize()];
    long began = System.nanoTime();
    session.feed(start, 0, start.length, 1, logits);
    double prefill = seconds(began);
    text.begin(prompt);
    began = System.nanoTime();
    while (text.tokens().size() < count && session.position() < session.capacity()) {
      int token = sampler.sample(logits);
      if (tokenizer.isEndOfGeneration(token)) {
        break;
      }
      text.add(token, tokenizer.decode(token));
      if (text.tokens().size() < count) {
        session.feed(new int[] {token}, 0, 1, 1, logits);
      }
    }
    text.end();
    finish(
        text,
        new Timing(start.length / prefill, (session.position() - start.length) / seconds(began)));
  }

  /// Tokens read in a second: those of the prompt, and then one by one; 0 if there were none.
  private record Timing(double prefill, double generate) {}

  private void finish(Continuation text, Timing timing) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("prompt", prompt);
      document.put("text", text.text());
      document.put("tokens", text.tokens());
      document.put("prefill_tokens_per_second", timing.prefill);
      document.put("generate_tokens_per_second", timing.generate);
      JsonOutput.print(document, out);
      return;
    }
    out.println();
    spec.commandLine()
        .getErr()
        .printf(
            "%d tokens; %s tokens per second (prompt %s), %s%n",
            text.tokens().size(),
            Units.two(timing.generate),
            Units.two(timing.prefill),
            ArithmeticOptions.describe(arithmetic.options(threads.count())));
  }

  private static double seconds(long since) {
    return Math.max(1, System.nanoTime() - since) / 1e9;
  }
}
