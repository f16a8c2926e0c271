package dev.quern.cli;

import dev.quern.engine.CacheType;
import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;
import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `quern logits`: the engine's logits for given tokens, so that anyone can hold it against
/// PyTorch.
@Command(
    name = "logits",
    mixinStandardHelpOptions = true,
    description = "Computes the logits of every position with float activations.")
final class LogitsCommand implements Callable<Integer> {
  private static final String INPUT = "input_ids";
  private static final int BATCH = 64;

  @Parameters(paramLabel = "MODEL", description = "A .gguf file, or a model's folder.")
  private Path model = Path.of("");

  @Option(
      names = "--tokens",
      required = true,
      paramLabel = "FILE",
      description = "A safetensors file with input_ids, I64 or I32 [1, n].")
  private Path tokens = Path.of("");

  @Option(
      names = {"-o", "--output"},
      required = true,
      paramLabel = "FILE",
      description = "A safetensors file to write: logits, F32 [1, n, vocabulary].")
  private Path output = Path.of("");

  @Option(
      names = "--cache-type",
      paramLabel = "TYPE",
      description =
          "How past keys and values are kept: ${COMPLETION-CANDIDATES} (default:"
              + " ${DEFAULT-VALUE}).")
  private CacheType cache = CacheType.F32;

  @Mixin private ThreadOption threads = new ThreadOption();

  @Override
  public Integer call() {
    int[] ids = readTokens();
    try (OpenModel opened = OpenModel.open(model);
        LanguageModel running =
            LanguageModel.load(
                opened.view(), EngineOptions.exact(threads.count()).withCache(cache));
        Session session = running.newSession(ids.length);
        Arena arena = Arena.ofConfined()) {
      requireKnown(ids, running.vocabularySize());
      MemorySegment logits = compute(running, session, ids, arena);
      Shape shape = Shape.of(running.vocabularySize(), ids.length, 1);
      SafetensorsWriter.write(
          output, Map.of(), List.of(new Entry("logits", DType.F32, shape, logits)));
    }
    return ExitCode.DONE;
  }

  private void requireKnown(int[] ids, int vocabulary) {
    for (int i = 0; i < ids.length; i++) {
      if (ids[i] >= vocabulary) {
        throw new MalformedFileException(
            tokens,
            "%s has token %d at %d, and the model %d tokens"
                .formatted(INPUT, ids[i], i, vocabulary));
      }
    }
  }

  private static MemorySegment compute(
      LanguageModel model, Session session, int[] ids, Arena arena) {
    int vocabulary = model.vocabularySize();
    MemorySegment logits = arena.allocate(4L * vocabulary * ids.length, 64);
    float[] batch = new float[Math.multiplyExact(BATCH, vocabulary)];
    for (int at = 0; at < ids.length; at += BATCH) {
      int count = Math.min(BATCH, ids.length - at);
      session.feed(ids, at, count, count, batch);
      MemorySegment.copy(batch, 0, logits, Le.FLOAT, 4L * vocabulary * at, count * vocabulary);
    }
    return logits;
  }

  private int[] readTokens() {
    try (SafetensorsFile file = SafetensorsFile.open(tokens)) {
      SourceTensor tensor =
          file.tensor(INPUT)
              .orElseThrow(() -> new MalformedFileException(tokens, "has no tensor " + INPUT));
      boolean wide = tensor.dtype() == DType.I64;
      if (!wide && tensor.dtype() != DType.I32) {
        throw new MalformedFileException(
            tokens, INPUT + " has type " + tensor.dtype() + ", wanted I64 or I32");
      }
      if (tensor.shape().rows() != 1
          || tensor.shape().elements() == 0
          || tensor.shape().elements() > 1 << 20) {
        throw new MalformedFileException(
            tokens,
            INPUT + " is " + tensor.shape() + " (row length first), wanted one row of tokens");
      }
      int[] ids = new int[(int) tensor.shape().elements()];
      for (int i = 0; i < ids.length; i++) {
        long id = wide ? tensor.bytes().get(Le.LONG, 8L * i) : tensor.bytes().get(Le.INT, 4L * i);
        if (id < 0 || id > Integer.MAX_VALUE) {
          throw new MalformedFileException(tokens, INPUT + " has token " + id + " at " + i);
        }
        ids[i] = (int) id;
      }
      return ids;
    }
  }
}
