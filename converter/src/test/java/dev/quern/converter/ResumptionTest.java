package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.formats.MalformedFileException;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Conversions that are interrupted and go on.
final class ResumptionTest {
  private static final int TENSORS = 12;
  private static final String JOURNAL = ".m-Q4_0.gguf.part.journal";
  private static final Resumption RESUMED = new Resumption("quern 1", false, false);

  @TempDir private Path folder = Path.of("");

  private Path source = Path.of("");
  private Path out = Path.of("");

  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /// What is asked for.
  private record Wish(
      List<String> types, Splitting splitting, boolean clamp, @Nullable Resumption resumption) {
    private Wish with(@Nullable Resumption other) {
      return new Wish(types, splitting, clamp, other);
    }
  }

  private static final Wish ONE = new Wish(List.of("Q4_0"), new Splitting.None(), false, RESUMED);

  @BeforeEach
  void model() {
    source = new TinyModel().write(folder.resolve("m"));
    out = folder.resolve("out");
  }

  /// Converts, and stops after `steps` parts.
  ///
  /// @return how many parts were worked on, and the summary if it came to its end
  private ConversionSummary convert(Wish wish, int steps) {
    AtomicInteger taken = new AtomicInteger();
    ConversionProgress progress =
        (_, _) -> {
          if (taken.incrementAndGet() > steps) {
            throw new Interruption();
          }
        };
    try (ModelSource opened = ModelSource.open(source, SourceOptions.defaults())) {
      List<Target> targets =
          wish.types.stream()
              .map(type -> new Target(Recipe.named(type), out.resolve("m-" + type + ".gguf")))
              .toList();
      GgufOptions gguf = new GgufOptions(false, false, LayerSet.NONE, List.of(), wish.splitting);
      ConversionPlan plan =
          Planner.plan(
              opened, new ConversionRequest(targets, RecipeOptions.NONE, false, true, gguf));
      return Conversion.run(
          plan, new ConversionOptions(1, wish.clamp, false, progress, wish.resumption));
    }
  }

  private void interrupt(Wish wish, int steps) {
    assertThatThrownBy(() -> convert(wish, steps)).isInstanceOf(Interruption.class);
  }

  private Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(out)) {
      for (Path file : all.toList()) {
        files.put(String.valueOf(file.getFileName()), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private void requireSame(Map<String, byte[]> wanted) throws IOException {
    Map<String, byte[]> found = files();
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach((name, bytes) -> assertThat(found.get(name)).as(name).isEqualTo(bytes));
  }

  private Map<String, byte[]> uninterrupted(Wish wish) throws IOException {
    Path kept = out;
    out = folder.resolve("whole");
    convert(wish.with(null), Integer.MAX_VALUE);
    Map<String, byte[]> files = files();
    out = kept;
    return files;
  }

  @Test
  void anInterruptionAfterAnyTensorIsNotSeenInTheResult() throws IOException {
    Map<String, byte[]> whole = uninterrupted(ONE);
    for (int steps = 0; steps < TENSORS; steps++) {
      out = folder.resolve("out" + steps);
      interrupt(ONE, steps);
      assertThat(files().keySet()).containsExactly(".m-Q4_0.gguf.part", JOURNAL);

      convert(ONE, Integer.MAX_VALUE);

      requireSame(whole);
    }
  }

  @Test
  void interruptionsAfterEveryTensorEndToo() throws IOException {
    Map<String, byte[]> whole = uninterrupted(ONE);
    for (int steps = 0; steps < TENSORS; steps++) {
      interrupt(ONE, steps);
    }
    convert(ONE, Integer.MAX_VALUE);
    requireSame(whole);
  }

  @Test
  void theSummaryIsThatOfOnePass() {
    ConversionSummary whole = convert(ONE.with(null), Integer.MAX_VALUE);
    interrupt(ONE, 7);
    ConversionSummary resumed = convert(ONE, Integer.MAX_VALUE);

    assertThat(resumed.outputs().getFirst().errors())
        .isEqualTo(whole.outputs().getFirst().errors());
    assertThat(resumed.underflows()).isEqualTo(whole.underflows());
  }

  @Test
  void partsAndSeveralTypesGoOnTogether() throws IOException {
    Wish wish = new Wish(List.of("Q4_0", "F16"), new Splitting.ByTensors(3, false), false, RESUMED);
    Map<String, byte[]> whole = uninterrupted(wish);
    assertThat(whole).hasSize(8);
    for (int steps : new int[] {1, 6, 10}) {
      interrupt(wish, steps);
    }
    convert(wish, Integer.MAX_VALUE);
    requireSame(whole);
  }

  @Test
  void whatTheJournalSaysIsNotDoneAgain() throws IOException {
    interrupt(ONE, 8);
    Path part = out.resolve(".m-Q4_0.gguf.part");
    byte[] before = Files.readAllBytes(part);
    Files.write(part, before);
    interrupt(ONE, 8);
    assertThat(part).hasBinaryContent(before);
    Path journal = out.resolve(JOURNAL);
    long size = Files.size(journal);
    interrupt(ONE, 8);
    assertThat(Files.size(journal)).isEqualTo(size);
  }

  @Test
  void whatIsNotOnTheDiskAsTheJournalSaysIsDoneAgain() throws IOException {
    Map<String, byte[]> whole = uninterrupted(ONE);
    Path part = out.resolve(".m-Q4_0.gguf.part");

    interrupt(ONE, 9);
    byte[] bytes = Files.readAllBytes(part);
    Arrays.fill(bytes, bytes.length / 4, bytes.length / 2, (byte) 7);
    Files.write(part, bytes);
    convert(ONE, Integer.MAX_VALUE);
    assertThat(out.resolve("m-Q4_0.gguf")).hasBinaryContent(whole.get("m-Q4_0.gguf"));

    Files.delete(out.resolve("m-Q4_0.gguf"));
    interrupt(ONE, 9);
    Files.delete(part);
    convert(ONE, Integer.MAX_VALUE);
    requireSame(whole);
  }

  @Test
  void aTornJournalCostsNoMoreThanItsLastRecord() throws IOException {
    Map<String, byte[]> whole = uninterrupted(ONE);
    for (int cut : new int[] {1, 11, 100}) {
      out = folder.resolve("out" + cut);
      interrupt(ONE, 4);
      interrupt(ONE, 9);
      Path journal = out.resolve(JOURNAL);
      byte[] bytes = Files.readAllBytes(journal);
      Files.write(journal, Arrays.copyOf(bytes, bytes.length - cut));
      convert(ONE, Integer.MAX_VALUE);
      requireSame(whole);
    }
  }

  @Test
  void anotherConversionIsRefusedInALineThatSaysWhatDiffers() throws IOException {
    interrupt(ONE, 5);
    Map<String, byte[]> kept = files();

    refuse(
        ONE.with(new Resumption("quern 2", false, false)),
        "\"converted by quern 1\", and this is \"converted by quern 2\"");
    refuse(
        new Wish(ONE.types, ONE.splitting, true, RESUMED),
        "\"limiting weights off\", and this is \"limiting weights on\"");
    refuse(
        new Wish(List.of("Q4_0", "Q8_0"), ONE.splitting, false, RESUMED),
        "\"types Q4_0\", and this is \"types Q4_0, Q8_0\"");
    Files.setLastModifiedTime(
        source.resolve("model.safetensors"), FileTime.fromMillis(1_000_000_000_000L));
    refuse(ONE, "bytes, changed 2001-09-09T01:46:40Z\"");
    requireSame(kept);
  }

  private void refuse(Wish wish, String words) {
    assertThatThrownBy(() -> convert(wish, Integer.MAX_VALUE))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith(out.resolve(JOURNAL) + ": a journal of another conversion: it has ")
        .hasMessageContaining(words)
        .hasMessageEndingWith("; --force starts anew");
  }

  @Test
  void anotherConversionMayBeThrownAway() throws IOException {
    interrupt(ONE, 5);
    Wish other = ONE.with(new Resumption("quern 2", true, false));
    Map<String, byte[]> whole = uninterrupted(other);
    interrupt(other, 3);
    convert(other, Integer.MAX_VALUE);
    requireSame(whole);
  }

  @Test
  void weightsThatCannotBeStoredLeaveNothing() throws IOException {
    TinyModel broken = new TinyModel();
    broken.weights("model.layers.0.mlp.up_proj.weight")[5] = Float.NaN;
    source = broken.write(folder.resolve("broken"));
    assertThatThrownBy(() -> convert(ONE, Integer.MAX_VALUE))
        .isInstanceOf(ConversionException.class)
        .hasMessageContaining("weight is NaN");
    assertThat(files()).isEmpty();
  }

  @Test
  void aJournalThatIsKeptSavesAllWork() throws IOException {
    Wish kept = ONE.with(new Resumption("quern 1", false, true));
    convert(kept, Integer.MAX_VALUE);
    assertThat(files().keySet()).containsExactly(JOURNAL, "m-Q4_0.gguf");
    List<Long> sizes = new ArrayList<>();
    sizes.add(Files.size(out.resolve(JOURNAL)));

    ConversionSummary again = convert(kept, Integer.MAX_VALUE);

    assertThat(Files.size(out.resolve(JOURNAL))).isEqualTo(sizes.getFirst());
    assertThat(again.outputs().getFirst().errors()).hasSize(9);
    convert(ONE, Integer.MAX_VALUE);
    requireSame(uninterrupted(ONE));
  }
}
