package dev.quern.benchmarks;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.engine.Session;
import dev.quern.formats.GgmlType;
import dev.quern.formats.ModelView;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// One block of a model 2048 wide (5632 in the feed-forward part, 32 heads over 4) on one thread:
/// tokens per second in a prompt of 512, and one by one. A model of 22 such blocks is about 22
/// times slower. For one type: `benchmarks/jmh EngineBenchmark -p type=Q4_K`.
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class EngineBenchmark {
  private static final int PROMPT = 512;
  private static final int GENERATED = 64;

  /// The type of all matrices.
  @Param({
    "F32", "F16", "BF16", "Q8_0", "Q4_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS"
  })
  public String type = "";

  /// Float or 8-bit activations.
  @Param({"exact", "fast"})
  public String mode = "";

  private final int[] tokens = new Random(1).ints(PROMPT, 0, RandomModel.VOCABULARY).toArray();
  private final float[] logits = new float[RandomModel.VOCABULARY];
  private @Nullable ModelView view;
  private @Nullable LanguageModel model;
  private @Nullable Session session;

  /// Makes the model.
  @Setup
  public void load() {
    view = RandomModel.of(GgmlType.valueOf(type));
    EngineOptions options = mode.equals("exact") ? EngineOptions.exact(1) : EngineOptions.fast(1);
    model = LanguageModel.load(view, options);
    session = model.newSession(PROMPT);
  }

  /// Gives its memory back.
  @TearDown
  public void close() {
    Objects.requireNonNull(model).close();
    Objects.requireNonNull(view).close();
  }

  /// A prompt at once.
  @Benchmark
  @OperationsPerInvocation(PROMPT)
  public float[] prompt() {
    Session session = Objects.requireNonNull(this.session);
    session.reset();
    session.feed(tokens, 0, PROMPT, 1, logits);
    return logits;
  }

  /// Tokens one by one.
  @Benchmark
  @OperationsPerInvocation(GENERATED)
  public float[] generate() {
    Session session = Objects.requireNonNull(this.session);
    session.reset();
    for (int i = 0; i < GENERATED; i++) {
      session.feed(tokens, i, 1, 1, logits);
    }
    return logits;
  }
}
