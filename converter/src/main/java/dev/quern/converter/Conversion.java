package dev.quern.converter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Carries out a plan: one pass over the source, in parallel, in bounded memory.
///
/// Workers take parts of tensors in any order, read them as floats, encode them for every output
/// and write them where the plan says. Outputs appear under their names only when all are whole.
/// The bytes do not depend on the number of workers.
public final class Conversion {
  /// Weights in a part; a multiple of every block size.
  static final int PART = 1 << 18;

  private final ConversionPlan plan;
  private final ConversionOptions options;
  private final List<Part> parts = new ArrayList<>();
  private final AtomicInteger next = new AtomicInteger();
  private final ConversionCounts counts;
  private final IdentityHashMap<PlannedOutput, List<Destination>> written = new IdentityHashMap<>();

  private Conversion(ConversionPlan plan, ConversionOptions options) {
    this.plan = plan;
    this.options = options;
    this.counts = new ConversionCounts(plan.weights(), options.progress());
  }

  /// Writes every output of `plan`.
  ///
  /// @throws ConversionException if weights cannot be stored as planned, or the disk is full;
  ///   nothing is left behind
  public static ConversionSummary run(ConversionPlan plan, ConversionOptions options) {
    return new Conversion(plan, options).run();
  }

  private ConversionSummary run() {
    long started = System.nanoTime();
    try (PartialFiles files = new PartialFiles()) {
      Map<String, List<Destination>> destinations = new HashMap<>();
      for (PlannedOutput output : plan.outputs()) {
        for (PlannedPart part : output.parts()) {
          begin(output, part, files.add(part), destinations);
        }
      }
      cut(destinations);
      work();
      files.commit();
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
        "%s: cannot be written: %s; %d bytes are needed in all; nothing was left behind"
            .formatted(plan.outputs().getFirst().path(), reason(e), needed));
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
    file.write(header.asByteBuffer(), 0);
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
      for (long first = 0; first < elements; first += PART) {
        parts.add(new Part(weight, first, (int) Math.min(PART, elements - first), wanted));
      }
    }
  }

  private void work() {
    int workers = Math.clamp(parts.size(), 1, options.threads());
    try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        running.add(executor.submit(this::takeParts));
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
      throw new ConversionException("interrupted; nothing was left behind");
    }
  }

  private void takeParts() {
    try (PartWorker worker = new PartWorker(counts, options)) {
      for (int i = next.getAndIncrement(); i < parts.size(); i = next.getAndIncrement()) {
        worker.convert(parts.get(i));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      // the first to fail stops the others after their part
      next.addAndGet(parts.size());
    }
  }

  /// Where a tensor goes, and what it costs to store it there.
  record Destination(PartialFile file, PlannedTensor tensor, ErrorLedger errors) {}

  /// A run of a tensor's weights.
  ///
  /// @param first the first weight, counted along the rows; a multiple of [#PART]
  record Part(SourceWeight weight, long first, int count, List<Destination> destinations) {}
}
