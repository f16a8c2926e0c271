package dev.quern.cli;

import dev.quern.converter.Conversion;
import dev.quern.converter.ConversionException;
import dev.quern.converter.ConversionPlan;
import dev.quern.converter.ConversionRequest;
import dev.quern.converter.ConversionRequest.Target;
import dev.quern.converter.GgufOptions;
import dev.quern.converter.ModelSource;
import dev.quern.converter.ModelSource.SourceOptions;
import dev.quern.converter.Planner;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.verifier.ModelFacts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The source of `shrink`, which is read to convert it and again to measure the result. A model
/// that is fetched is first written to a file as it is, so that it is fetched once; the file goes
/// when the source is closed, unless it may be of use to a run that goes on.
final class ShrinkSource implements AutoCloseable {
  private final ModelSource published;
  private final ModelSource model;
  private final @Nullable Fetched fetched;

  /// A file that was made to read it again.
  ///
  /// @param plan how it was made
  /// @param file it
  /// @param folder where it lies alone
  private record Fetched(ConversionPlan plan, Path file, Path folder) {
    private void delete() {
      Conversion.forget(plan);
      try {
        Files.deleteIfExists(file);
        Files.deleteIfExists(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private boolean kept;

  private ShrinkSource(ModelSource published, ModelSource model, @Nullable Fetched fetched) {
    this.published = published;
    this.model = model;
    this.fetched = fetched;
  }

  /// Opens `source`.
  ///
  /// @param output where results go, and the file beside them
  static ShrinkSource open(
      Path source, SourceOptions options, Path output, ConversionFlags flags, Fetching how) {
    ModelSource published = Sources.ofThisProcess().open(source, options);
    try {
      published.warnings().forEach(warning -> how.err.println("warning: " + warning));
      return published.isRemote()
          ? fetch(published, output, flags, how)
          : new ShrinkSource(published, published, null);
    } catch (RuntimeException e) {
      published.close();
      throw e;
    }
  }

  /// How a model is fetched.
  ///
  /// @param threads workers
  /// @param err where is said what that costs
  record Fetching(int threads, PrintWriter err) {}

  private static ShrinkSource fetch(
      ModelSource published, Path output, ConversionFlags flags, Fetching how) {
    if (!published.problems().isEmpty()) {
      throw new ConversionException(published.problems());
    }
    // the file alone has the model's name, which results are called after
    Path folder = output.resolve(".source");
    Path file = folder.resolve(published.defaultName() + ".gguf");
    ConversionPlan plan = Planner.plan(published, whole(published, file, flags.resumes()));
    how.err.printf(
        "note: the model is fetched once, and its weights stay in %s (%s) until the result was held against them%n",
        file, Units.bytes(plan.outputs().getFirst().size()));
    if (!flags.resumes()) {
      // when the process is interrupted, too
      folder.toFile().deleteOnExit();
      file.toFile().deleteOnExit();
    }
    try (Steps steps = Steps.of("fetching")) {
      Conversion.run(plan, flags.execution(how.threads, true, steps::step));
    }
    ModelSource model = ModelSource.open(file, SourceOptions.defaults());
    ShrinkSource source = new ShrinkSource(published, model, new Fetched(plan, file, folder));
    source.kept = flags.resumes();
    return source;
  }

  private static ConversionRequest whole(ModelSource published, Path file, boolean resumes) {
    return new ConversionRequest(
        List.of(new Target(published.lossless(), file)),
        RecipeOptions.NONE,
        false,
        true,
        GgufOptions.NONE,
        null,
        resumes);
  }

  /// What was named.
  ModelSource published() {
    return published;
  }

  /// What is read: the same, or the file.
  ModelSource model() {
    return model;
  }

  /// What a report says of it.
  ModelFacts facts() {
    long bytes = model.view().tensors().stream().mapToLong(TensorInfo::bytes).sum();
    return ModelFacts.of(model.defaultName(), bytes, model.view());
  }

  /// Says that no other run needs what this one has fetched.
  void finish() {
    kept = false;
  }

  @Override
  public void close() {
    if (fetched != null) {
      model.close();
    }
    published.close();
    if (fetched != null && !kept) {
      fetched.delete();
    }
  }
}
