package dev.quern.converter;

import dev.quern.converter.Part.Destination;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Carries out a plan: one pass over the source, in parallel, in bounded memory.
///
/// Workers take parts of tensors in any order, read them as floats, encode them for every output
/// and write them where the plan says. Outputs appear under their names only when all are whole.
/// The bytes do not depend on the number of workers, nor on how often the conversion was
/// interrupted.
public final class Conversion {
  /// Weights in a part; a multiple of every block size. What a worker holds of it, the floats and
  /// the blocks, stays in the second-level cache from reading to writing.
  static final int PART = 1 << 16;

  private final ConversionPlan plan;
  private final ConversionOptions options;
  private final List<Part> parts = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final ConversionCounts counts;
  private final IdentityHashMap<PlannedOutput, List<Destination>> written = new IdentityHashMap<>();

  /// True if weights were found that cannot be stored as planned.
  private volatile boolean impossible;

  private Conversion(ConversionPlan plan, ConversionOptions options) {
    this.plan = plan;
    this.options = options;
    this.counts = new ConversionCounts(plan.weights(), options.progress());
  }

  /// Writes every output of `plan`.
  ///
  /// Interrupted, it leaves nothing behind, or with [ConversionOptions#resumption] all that it has
  /// done, from which the same conversion goes on.
  ///
  /// @throws ConversionException if weights cannot be stored as planned; nothing is left behind
  ///   then. If the disk is full, what is done is kept if that is wanted
  /// @throws dev.quern.formats.MalformedFileException if what is kept is of another conversion
  public static ConversionSummary run(ConversionPlan plan, ConversionOptions options) {
    return new Conversion(plan, options).run();
  }

  /// Deletes the journal that a conversion of `plan` has kept although its files are whole.
  public static void forget(ConversionPlan plan) {
    try {
      Files.deleteIfExists(ConversionJournal.path(plan));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ConversionSummary run() {
    long started = System.nanoTime();
    try (PartialFiles files = new PartialFiles()) {
      Resumption resumption = options.resumption();
      if (resumption == null) {
        begin(files::add);
        work(null);
        files.commit();
      } else {
        resume(files, resumption);
      }
    } catch (IOException e) {
      throw failed(e);
    } catch (UncheckedIOException e) {
      throw failed(Objects.requireNonNull(e.getCause()));
    }
    return new ConversionSummary(
        plan.outputs().stream().map(this::written).toList(),
        counts.underflows(),
        counts.clamped(),
        System.nanoTime() - started);
  }

  private void resume(PartialFiles files, Resumption resumption) throws IOException {
    try (ConversionJournal journal = ConversionJournal.open(plan, options, resumption, files)) {
      try {
        begin(part -> files.keep(part, journal.goesOn()));
        journal.read(parts);
        work(journal);
        files.commit();
      } catch (IOException | RuntimeException e) {
        if (impossible) {
          files.discard();
          journal.delete();
        } else {
          journal.flushIfPossible();
        }
        throw e;
      }
      if (!resumption.kept()) {
        journal.delete();
      }
    }
  }

  /// Opens the files and lists all parts.
  private void begin(Function<PlannedPart, PartialFile> opening) throws IOException {
    Map<String, List<Destination>> destinations = new HashMap<>();
    for (PlannedOutput output : plan.outputs()) {
      for (PlannedPart part : output.parts()) {
        begin(output, part, opening.apply(part), destinations);
      }
    }
    cut(destinations);
  }

  private WrittenOutput written(PlannedOutput output) {
    List<TensorError> errors =
        written.getOrDefault(output, List.of()).stream()
            .filter(one -> !one.errors().isEmpty())
            .map(one -> new TensorError(one.tensor().info(), one.errors().total()))
            .toList();
    return new WrittenOutput(output, errors);
  }

  private ConversionException failed(IOException e) {
    long needed = plan.outputs().stream().mapToLong(PlannedOutput::size).sum();
    return new ConversionException(
        "%s: cannot be written: %s; %d bytes are needed in all; %s"
            .formatted(plan.outputs().getFirst().path(), reason(e), needed, left()));
  }

  /// What stays of a conversion that was interrupted.
  private String left() {
    return options.resumption() == null
        ? "nothing was left behind"
        : "what is done is kept, and the same conversion goes on from it";
  }

  private static String reason(IOException e) {
    String message = String.valueOf(e.getMessage());
    return e instanceof java.nio.file.AccessDeniedException
        ? "no permission for " + message
        : message;
  }

  private void begin(
      PlannedOutput output,
      PlannedPart part,
      PartialFile file,
      Map<String, List<Destination>> destinations)
      throws IOException {
    MemorySegment header = part.layout().header();
    file.begin(header.asByteBuffer());
    for (PlannedTensor tensor : part.tensors()) {
      Destination destination = new Destination(file, tensor, new ErrorLedger());
      written.computeIfAbsent(output, _ -> new ArrayList<>()).add(destination);
      destinations.computeIfAbsent(tensor.info().name(), _ -> new ArrayList<>()).add(destination);
    }
  }

  /// Lists the parts of every tensor, in the order in which the source is read.
  private void cut(Map<String, List<Destination>> destinations) {
    for (SourceWeight weight : plan.read()) {
      List<Destination> wanted = destinations.getOrDefault(weight.info().name(), List.of());
      long elements = weight.info().shape().elements();
      TensorImportance importance = importance(weight, wanted);
      int step = importance == null ? PART : wholeRows(weight);
      for (long first = 0; first < elements; first += step) {
        int count = (int) Math.min(step, elements - first);
        parts.add(new Part(parts.size(), weight, first, count, importance, wanted));
      }
    }
  }

  /// What is known of the columns of `weight`, if an output takes notice.
  private @Nullable TensorImportance importance(SourceWeight weight, List<Destination> wanted) {
    boolean heeded =
        wanted.stream().anyMatch(one -> ImportancePlan.heeds(one.tensor().info().type()));
    return heeded ? plan.importance(weight.info().name()).orElse(null) : null;
  }

  /// Weights of as many rows as there are in a part, at least of one.
  private static int wholeRows(SourceWeight weight) {
    int length = Math.toIntExact(weight.info().shape().rowLength());
    return Math.max(1, PART / length) * length;
  }

  private void work(@Nullable ConversionJournal journal) {
    int workers = Math.clamp(parts.size(), 1, options.threads());
    try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        running.add(executor.submit(() -> takeParts(journal)));
      }
      for (Future<?> worker : running) {
        worker.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      next.set(parts.size());
      Thread.currentThread().interrupt();
      throw new ConversionException("interrupted; " + left());
    }
  }

  private void takeParts(@Nullable ConversionJournal journal) {
    try (PartWorker worker = new PartWorker(options)) {
      for (int i = next.getAndIncrement(); i < parts.size(); i = next.getAndIncrement()) {
        Part part = parts.get(i);
        Optional<Outcome> earlier = journal == null ? Optional.empty() : journal.find(part);
        Outcome outcome = earlier.isPresent() ? earlier.get() : worker.convert(part);
        if (journal != null && earlier.isEmpty()) {
          journal.add(outcome);
        }
        outcome.enter(counts);
      }
    } catch (ConversionException e) {
      impossible = true;
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      // the first to fail stops the others after their part
      next.addAndGet(parts.size());
    }
  }
}
