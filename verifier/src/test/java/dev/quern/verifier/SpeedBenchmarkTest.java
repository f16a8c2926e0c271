package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpeedBenchmarkTest {
  private final ModelView view = TinyLlama.of(1, 0);
  private final LanguageModel model = LanguageModel.load(view, EngineOptions.fast(1));

  @AfterEach
  void close() {
    model.close();
    view.close();
  }

  @Test
  void whatTakesLessThanTheWarmUpIsRepeatedInIt() {
    AtomicLong looks = new AtomicLong();
    // a run lies between two looks at the clock: 400 ms, so eight warm up
    SpeedBenchmark benchmark =
        new SpeedBenchmark(model, 2, 3_000_000_000L, () -> 400_000_000 * looks.incrementAndGet());
    AtomicInteger told = new AtomicInteger();

    SpeedSamples samples = benchmark.measure(new Workload(8, 0, 0), told::incrementAndGet);

    assertThat(looks).hasValue(2 * (8 + 2));
    assertThat(told).hasValue(3);
    assertThat(samples.nanoseconds()).containsExactly(400_000_000L, 400_000_000L);
    assertThat(samples.mean()).isCloseTo(20, within(1e-9));
  }

  @Test
  void aReportSaysTheSpeedOfAPromptAndOfTokens() {
    AtomicLong looks = new AtomicLong();
    SpeedBenchmark benchmark =
        new SpeedBenchmark(model, 3, 1, () -> 1_000_000_000L * looks.incrementAndGet());

    // the model has room for 128 tokens; every run takes a second
    assertThat(benchmark.speed("floats")).isEqualTo(new Speed(128, 64, 128, 64, "floats"));
    assertThat(looks).hasValue(2 * 2 * (1 + 3));
  }

  @Test
  void promptTokensAndDepthFitInTheSession() {
    AtomicLong looks = new AtomicLong();
    SpeedBenchmark benchmark =
        new SpeedBenchmark(model, 1, 0, () -> 4_000_000_000L * looks.incrementAndGet());

    SpeedSamples samples = benchmark.measure(new Workload(8, 4, 30), () -> {});

    assertThat(looks).as("no warm-up").hasValue(2);
    assertThat(samples.workload().name()).isEqualTo("pp8+tg4 @ d30");
    assertThat(samples.tokensPerSecond()).containsExactly(3.0);
  }

  @Test
  void namesAreThoseOfLlamaBench() {
    assertThat(new Workload(512, 0, 0).name()).isEqualTo("pp512");
    assertThat(new Workload(0, 128, 0).name()).isEqualTo("tg128");
    assertThat(new Workload(512, 128, 0).name()).isEqualTo("pp512+tg128");
    assertThat(new Workload(0, 32, 4096).name()).isEqualTo("tg32 @ d4096");
  }

  @Test
  void deviationIsThatOfASample() {
    Workload workload = new Workload(1, 0, 0);
    // 1, 2 and 4 tokens a second
    SpeedSamples three =
        new SpeedSamples(workload, List.of(1_000_000_000L, 500_000_000L, 250_000_000L));

    assertThat(three.mean()).isCloseTo(7 / 3.0, within(1e-9));
    assertThat(three.deviation()).isCloseTo(Math.sqrt(7 / 3.0), within(1e-9));
    assertThat(three.meanNanoseconds()).isCloseTo(1.75e9 / 3, within(1.0));
    assertThat(new SpeedSamples(workload, List.of(7L)).deviation()).isZero();
  }

  @Test
  void rejectsWhatCannotBeTimed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Workload(0, 0, 5))
        .withMessage("nothing to time in a prompt of 0 and 0 tokens after 5");
    assertThatIllegalArgumentException().isThrownBy(() -> new Workload(-1, 2, 0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Workload(Integer.MAX_VALUE, Integer.MAX_VALUE, 1))
        .withMessageContaining("too many");
    assertThatIllegalArgumentException().isThrownBy(() -> new SpeedBenchmark(model, 0, true));
  }
}
