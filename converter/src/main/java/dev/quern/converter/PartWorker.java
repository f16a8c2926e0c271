package dev.quern.converter;

import dev.quern.converter.Conversion.Destination;
import dev.quern.converter.Conversion.Part;
import dev.quern.formats.GgmlType;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.RowEncoder;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.EnumMap;
import java.util.Map;

/// What one thread needs to convert parts of tensors: a buffer of floats, one of bytes, encoders.
final class PartWorker implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private float[] weights = new float[Conversion.PART];
  private float[] clamped = new float[Conversion.PART];
  private MemorySegment encoded = arena.allocate(GgmlType.F32.bytes(Conversion.PART), 64);
  private final Map<GgmlType, RowEncoder> encoders = new EnumMap<>(GgmlType.class);
  private final ImportanceRows rows = new ImportanceRows();
  private final ConversionCounts counts;
  private final boolean clamp;

  PartWorker(ConversionCounts counts, boolean clamp) {
    this.counts = counts;
    this.clamp = clamp;
  }

  void convert(Part part) throws IOException {
    makeRoom(part.count());
    part.weight().reader().read(part.first(), part.count(), weights);
    WeightRange range = WeightRange.of(weights, part.count());
    if (!range.isFinite()) {
      throw notFinite(part);
    }
    for (Destination destination : part.destinations()) {
      GgmlType type = destination.tensor().info().type();
      long bytes = type.bytes(part.count());
      encode(part, type, range);
      long offset = destination.tensor().offset() + type.bytes(part.first());
      destination.file().write(encoded.asSlice(0, bytes).asByteBuffer(), offset);
    }
    counts.add(part.count());
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
      if (!clamp) {
        throw overflow(part, type, range);
      }
      x = clampTo(type, part.count());
    }
    if (type == GgmlType.F16) {
      counts.addUnderflows(HalfUnderflow.count(x, part.count()));
    }
    RowEncoder encoder =
        encoders.computeIfAbsent(type, wanted -> BlockCodecs.of(wanted).newEncoder());
    if (part.importance() != null && ImportancePlan.heeds(type)) {
      rows.encode(part, type, encoder, x, encoded);
    } else {
      encoder.encode(x, 0, part.count(), encoded, 0);
    }
    if (type.isQuantized() && range.mayOverflowScales()) {
      checkDecoded(part, type);
    }
  }

  private float[] clampTo(GgmlType type, int count) {
    float limit = WeightRange.largest(type);
    long changed = 0;
    for (int i = 0; i < count; i++) {
      clamped[i] = Math.clamp(weights[i], -limit, limit);
      changed += clamped[i] == weights[i] ? 0 : 1;
    }
    counts.addClamped(changed);
    return clamped;
  }

  private void checkDecoded(Part part, GgmlType type) {
    float[] decoded = new float[part.count()];
    BlockCodecs.of(type).decode(encoded, 0, decoded, 0, part.count());
    if (!WeightRange.of(decoded, part.count()).isFinite()) {
      throw new ConversionException(
          "%s: its weights are too large for the half-precision scales of %s; leave it at F32 or BF16 (--tensor-type)"
              .formatted(part.weight().origin(), type));
    }
  }

  private ConversionException notFinite(Part part) {
    int at = 0;
    while (Float.isFinite(weights[at])) {
      at++;
    }
    long length = part.weight().info().shape().rowLength();
    long index = part.first() + at;
    return new ConversionException(
        "%s: weight is %s at row %d, column %d (of %s); a model with such weights is damaged"
            .formatted(
                part.weight().origin(),
                weights[at],
                index / length,
                index % length,
                part.weight().info().shape()));
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
