package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.ErrorMeter;
import dev.quern.quantizers.ErrorSums;
import dev.quern.quantizers.RowEncoder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// What one thread needs to convert parts of tensors: a buffer of floats, one of bytes, encoders.
final class PartWorker implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private float[] weights = new float[Conversion.PART];
  private float[] clamped = new float[Conversion.PART];
  private MemorySegment encoded = arena.allocate(GgmlType.F32.bytes(Conversion.PART), 64);
  private final Map<GgmlType, RowEncoder> encoders = new EnumMap<>(GgmlType.class);
  private final ImportanceRows rows = new ImportanceRows();
  private final ConversionOptions options;
  private final ErrorMeter meter = new ErrorMeter();
  private long underflows;
  private long limited;

  PartWorker(ConversionOptions options) {
    this.options = options;
  }

  /// Writes `part` to all its destinations.
  Outcome convert(Part part) throws IOException {
    List<Delivery> deliveries = new ArrayList<>();
    for (Part.Destination one : part.destinations()) {
      deliveries.add(new Delivery(part, one, options.resumption() != null));
    }
    underflows = 0;
    limited = 0;
    RawCopy.copy(part, deliveries);
    if (!RawCopy.isDone(part, deliveries)) {
      encode(part, deliveries);
    }
    return new Outcome(part, deliveries, underflows, limited);
  }

  private void encode(Part part, List<Delivery> deliveries) throws IOException {
    makeRoom(part.count());
    part.weight().reader().read(part.first(), part.count(), weights);
    WeightRange range = WeightRange.of(weights, part.count());
    if (!range.isFinite()) {
      throw notFinite(part);
    }
    for (Delivery delivery : deliveries) {
      if (!delivery.isWritten()) {
        encode(part, delivery.type(), range);
        measure(part, delivery);
        delivery.write(encoded);
      } else if (delivery.type() == GgmlType.F16 || delivery.type() == GgmlType.BF16) {
        delivery.measured(meter.measure(weights, weights, part.count())); // nothing was lost
      }
    }
  }

  /// A row may be longer than a part.
  private void makeRoom(int count) {
    if (count > weights.length) {
      weights = new float[count];
      clamped = new float[count];
      encoded = arena.allocate(GgmlType.F32.bytes(count), 64);
    }
  }

  private void encode(Part part, GgmlType type, WeightRange range) {
    float[] x = weights;
    if (range.overflows(type)) {
      if (!options.clamp()) {
        throw overflow(part, type, range);
      }
      x = clampTo(type, part.count());
    }
    if (type == GgmlType.F16) {
      underflows += HalfUnderflow.count(x, part.count());
    }
    RowEncoder encoder =
        encoders.computeIfAbsent(type, wanted -> BlockCodecs.of(wanted).newEncoder());
    if (part.importance() != null && ImportancePlan.heeds(type)) {
      rows.encode(part, type, encoder, x, encoded);
    } else {
      encoder.encode(x, 0, part.count(), encoded, 0);
    }
  }

  private float[] clampTo(GgmlType type, int count) {
    float limit = WeightRange.largest(type);
    for (int i = 0; i < count; i++) {
      clamped[i] = Math.clamp(weights[i], -limit, limit);
      limited += clamped[i] == weights[i] ? 0 : 1;
    }
    return clamped;
  }

  /// Reads what was encoded: no block may have a scale that is not finite, and the errors go with
  /// the delivery.
  private void measure(Part part, Delivery delivery) {
    GgmlType type = delivery.type();
    if (type == GgmlType.F32) {
      return;
    }
    boolean weighted = part.importance() != null && ImportancePlan.heeds(type);
    ErrorSums sums =
        weighted
            ? rows.measure(part, type, meter, weights, encoded)
            : meter.measure(weights, 0, part.count(), type, encoded, 0);
    if (!sums.isFinite()) {
      throw new ConversionException(
          "%s: the block at %s has a scale that is not finite in %s; leave the tensor at F32 or BF16 (--tensor-type)"
              .formatted(part.weight().origin(), place(part, type, one -> !one.isFinite()), type));
    }
    if (options.strict() && sums.deadBlocks() > 0) {
      throw new ConversionException(
          "%s: the block at %s is all zero in %s though its weights are not (--strict)"
              .formatted(
                  part.weight().origin(), place(part, type, one -> one.deadBlocks() > 0), type));
    }
    delivery.measured(sums);
  }

  private ConversionException notFinite(Part part) {
    int at = 0;
    while (Float.isFinite(weights[at])) {
      at++;
    }
    return new ConversionException(
        "%s: weight is %s at %s (of %s); a model with such weights is damaged"
            .formatted(
                part.weight().origin(),
                weights[at],
                place(part, at),
                part.weight().info().shape()));
  }

  /// Where the first block of `part` lies of which `found` is true.
  private String place(Part part, GgmlType type, Predicate<ErrorSums> found) {
    int size = type.blockSize();
    int at = 0;
    while (!found.test(meter.measure(weights, at, size, type, encoded, type.bytes(at)))) {
      at += size;
    }
    return place(part, at);
  }

  private static String place(Part part, int at) {
    long length = part.weight().info().shape().rowLength();
    long index = part.first() + at;
    return "row %d, column %d".formatted(index / length, index % length);
  }

  private static ConversionException overflow(Part part, GgmlType type, WeightRange range) {
    return new ConversionException(
        "%s: weights up to %s would be infinite in %s; --clamp limits them to %s, BF16 and F32 keep them"
            .formatted(part.weight().origin(), range.peak(), type, WeightRange.largest(type)));
  }

  @Override
  public void close() {
    arena.close();
  }
}
