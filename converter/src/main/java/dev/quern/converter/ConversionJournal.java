package dev.quern.converter;

import dev.quern.converter.Part.Destination;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.journal.JournalFile;
import dev.quern.quantizers.ErrorSums;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which parts of a conversion are on the disk, beside its first file.
///
/// A record of the journal has some parts, each of which is
///
/// | bytes | meaning                                                     |
/// |------:|-------------------------------------------------------------|
/// |     4 | its index                                                   |
/// |     8 | weights that became zero in `F16`                           |
/// |     8 | weights that were limited                                   |
/// |       | for each of its destinations:                               |
/// |     4 | - CRC-32C of its bytes                                      |
/// |     1 | - 1 if its cost was measured; then                          |
/// |    40 | - - the sums of [ErrorSums], in order                       |
///
/// Numbers are big-endian. The files are forced to the disk before a record is written, about once
/// a second, by the worker that finds it due.
final class ConversionJournal implements AutoCloseable {
  private static final long INTERVAL = 1_000_000_000;
  private static final JournalFile.Owner OWNER =
      new JournalFile.Owner("conversion", "--force starts anew");

  private final JournalFile file;
  private final PartialFiles files;
  private final Map<Integer, ByteBuffer> earlier = new HashMap<>();
  private final List<Outcome> unwritten = new ArrayList<>();
  private long lastRecord = System.nanoTime();
  private boolean writing;

  private ConversionJournal(JournalFile file, PartialFiles files) {
    this.file = file;
    this.files = files;
  }

  /// Where the journal of `plan` lies.
  static Path path(ConversionPlan plan) {
    Path first = PartialFile.keptFor(plan.outputs().getFirst().path());
    return first.resolveSibling(first.getFileName() + ".journal");
  }

  /// Opens the journal of `plan`, or begins one.
  ///
  /// @param files those that are written
  /// @throws MalformedFileException if there is one of another conversion, and it may not be
  ///   replaced
  static ConversionJournal open(
      ConversionPlan plan, ConversionOptions options, Resumption resumption, PartialFiles files) {
    Path path = path(plan);
    List<String> settings = ConversionSettings.of(plan, options, resumption.program());
    try {
      Files.createDirectories(PartialFile.folderOf(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JournalFile opened =
        resumption.anew()
            ? JournalFile.openOrReplace(path, OWNER, settings)
            : JournalFile.open(path, OWNER, settings);
    return new ConversionJournal(opened, files);
  }

  /// Reads what an earlier conversion has done of `parts`.
  void read(List<Part> parts) {
    for (Optional<byte[]> next = file.next(); next.isPresent(); next = file.next()) {
      ByteBuffer record = ByteBuffer.wrap(next.get());
      try {
        while (record.hasRemaining()) {
          int index = record.getInt(record.position());
          if (index < 0 || index >= parts.size()) {
            throw damaged();
          }
          earlier.put(index, record.slice());
          skip(record, parts.get(index));
        }
      } catch (BufferUnderflowException | IllegalArgumentException _) {
        throw damaged();
      }
    }
  }

  /// True if an earlier conversion has begun it.
  boolean goesOn() {
    return file.goesOn();
  }

  private MalformedFileException damaged() {
    return new MalformedFileException(file.path(), "damaged; delete it to start anew");
  }

  private static void skip(ByteBuffer record, Part part) {
    record.position(record.position() + 20);
    for (int i = 0; i < part.destinations().size(); i++) {
      record.getInt();
      sums(record);
    }
  }

  private static @Nullable ErrorSums sums(ByteBuffer record) {
    return record.get() == 0
        ? null
        : new ErrorSums(
            record.getDouble(),
            record.getDouble(),
            record.getDouble(),
            record.getDouble(),
            record.getLong());
  }

  /// What became of `part` earlier, if it is in the files still.
  Optional<Outcome> find(Part part) throws IOException {
    ByteBuffer noted = earlier.get(part.index());
    if (noted == null) {
      return Optional.empty();
    }
    ByteBuffer record = noted.duplicate().position(4);
    long underflows = record.getLong();
    long clamped = record.getLong();
    List<Delivery> deliveries = new ArrayList<>();
    for (Destination destination : part.destinations()) {
      Delivery delivery = new Delivery(part, destination, true);
      if (!delivery.isThere(record.getInt(), sums(record))) {
        return Optional.empty();
      }
      deliveries.add(delivery);
    }
    return Optional.of(new Outcome(part, deliveries, underflows, clamped));
  }

  /// Has `outcome` written down before long.
  void add(Outcome outcome) throws IOException {
    synchronized (this) {
      unwritten.add(outcome);
      if (writing || System.nanoTime() - lastRecord < INTERVAL) {
        return;
      }
      writing = true;
    }
    try {
      flush();
    } finally {
      synchronized (this) {
        writing = false;
        lastRecord = System.nanoTime();
      }
    }
  }

  /// Writes down all that was added; the callers exclude each other.
  void flush() throws IOException {
    List<Outcome> record;
    synchronized (this) {
      record = List.copyOf(unwritten);
      unwritten.clear();
    }
    if (record.isEmpty()) {
      return;
    }
    files.force();
    file.append(bytes(record));
    file.force();
  }

  /// As [#flush], when the work has failed: what cannot be written now is done again later.
  void flushIfPossible() {
    try {
      flush();
    } catch (IOException | UncheckedIOException _) {
      return;
    }
  }

  private static byte[] bytes(List<Outcome> outcomes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      for (Outcome outcome : outcomes) {
        out.writeInt(outcome.part().index());
        out.writeLong(outcome.underflows());
        out.writeLong(outcome.clamped());
        for (Delivery delivery : outcome.deliveries()) {
          out.writeInt(delivery.checksum());
          write(delivery.sums(), out);
        }
      }
    }
    return bytes.toByteArray();
  }

  private static void write(@Nullable ErrorSums sums, DataOutputStream out) throws IOException {
    out.writeByte(sums == null ? 0 : 1);
    if (sums != null) {
      out.writeDouble(sums.error());
      out.writeDouble(sums.energy());
      out.writeDouble(sums.weightedError());
      out.writeDouble(sums.weightedEnergy());
      out.writeLong(sums.deadBlocks());
    }
  }

  /// Deletes the journal: nothing of it is needed any more.
  void delete() {
    file.delete();
  }

  @Override
  public void close() {
    file.close();
  }
}
