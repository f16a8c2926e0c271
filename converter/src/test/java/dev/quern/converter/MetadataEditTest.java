package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataOverride;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class MetadataEditTest {
  @TempDir private Path folder = Path.of("");

  /// Every gap that a shorter header can leave, at every alignment from 32 on.
  @ParameterizedTest
  @ValueSource(ints = {32, 64})
  void everyShorterHeaderFits(int alignment) throws IOException {
    for (int length = 130; length >= 0; length--) {
      Path file = write(alignment, "x".repeat(130));
      byte[] before = Files.readAllBytes(file);
      try (MetadataEdit edit = MetadataEdit.plan(file, name("y".repeat(length)), List.of())) {
        assertThat(edit.fitsInPlace()).as("length %d", length).isTrue();
        edit.applyInPlace();
      }
      checkEdited(file, before, "y".repeat(length));
    }
  }

  @Test
  void withSmallAlignmentSomeGapsHaveNoFiller() throws IOException {
    boolean[] fits = new boolean[61];
    for (int shorter = 0; shorter <= 60; shorter++) {
      Path file = write(8, "x".repeat(60));
      byte[] before = Files.readAllBytes(file);
      try (MetadataEdit edit = MetadataEdit.plan(file, name("x".repeat(60 - shorter)), List.of())) {
        fits[shorter] = edit.fitsInPlace();
        if (fits[shorter]) {
          edit.applyInPlace();
        }
      }
      if (fits[shorter]) {
        checkEdited(file, before, "x".repeat(60 - shorter));
      }
    }
    assertThat(fits[0]).isTrue();
    assertThat(fits[16]).isFalse();
    assertThat(fits[60]).isTrue();
  }

  @Test
  void aLongerHeaderFitsOnlyInThePaddingOrAReserve() throws IOException {
    Path file = write(32, "x");
    long room;
    try (MetadataEdit edit = MetadataEdit.plan(file, name("x"), List.of())) {
      room = edit.room() - edit.headerBytes();
    }
    assertThat(fits(file, (int) room)).isTrue();
    assertThat(fits(file, (int) room + 1)).isFalse();
    Path roomy = folder.resolve("roomy.gguf");
    try (MetadataEdit edit = MetadataEdit.plan(file, name("new"), List.of())) {
      edit.writeTo(roomy, 1000);
    }
    assertThat(fits(roomy, 1000)).isTrue();
    assertThat(fits(roomy, 1100)).isFalse();
    assertThat(data(roomy)).isEqualTo(data(file));
  }

  private static boolean fits(Path file, int more) {
    try (MetadataEdit edit = MetadataEdit.plan(file, name("x".repeat(1 + more)), List.of())) {
      return edit.fitsInPlace();
    }
  }

  @Test
  void anEditThatWasInterruptedIsFinished() throws IOException {
    Path file = write(32, "before");
    byte[] original = Files.readAllBytes(file);
    byte[] wanted = headerWith(file, "after");
    EditJournal journal = new EditJournal(file);
    journal.note(wanted);
    // the machine stops while the header is written
    byte[] torn = original.clone();
    System.arraycopy(wanted, 0, torn, 0, 40);
    Arrays.fill(torn, 40, 60, (byte) 0);
    Files.write(file, torn);

    assertThatThrownBy(() -> GgufFile.open(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "%s: an edit of it was interrupted; 'quern edit %s' finishes it".formatted(file, file));
    assertThat(MetadataEdit.finishInterrupted(file)).isTrue();

    checkEdited(file, original, "after");
    assertThat(MetadataEdit.finishInterrupted(file)).isFalse();
    assertThat(GgufFile.journalOf(file)).doesNotExist();
  }

  @Test
  void aJournalOfAnotherFileIsRefused() throws IOException {
    Path file = write(32, "before");
    new EditJournal(file).note(headerWith(file, "after"));
    byte[] other = Files.readAllBytes(file);
    other[other.length - 1]++;
    Files.write(file, other);

    Path journal = GgufFile.journalOf(file);
    assertThatThrownBy(() -> MetadataEdit.finishInterrupted(file))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(journal + ": of an edit of another file than " + file + " is now; delete it");
    assertThat(file).hasBinaryContent(other);
  }

  @Test
  void aDamagedJournalIsRefused() throws IOException {
    Path file = write(32, "before");
    byte[] before = Files.readAllBytes(file);
    Path journal = GgufFile.journalOf(file);
    new EditJournal(file).note(headerWith(file, "after"));
    byte[] good = Files.readAllBytes(journal);
    byte[] flipped = good.clone();
    flipped[good.length - 1]++;
    for (byte[] bad : List.of(new byte[0], Arrays.copyOf(good, 30), flipped)) {
      Files.write(journal, bad);
      assertThatThrownBy(() -> MetadataEdit.finishInterrupted(file))
          .isInstanceOf(MalformedFileException.class)
          .hasMessage(
              journal + ": damaged; delete it, and fetch the model again if it does not open");
    }
    assertThat(file).hasBinaryContent(before);
  }

  @Test
  void refusesKeysThatAreNotThereOrNeeded() throws IOException {
    Path file = write(64, "x");
    assertThatThrownBy(() -> MetadataEdit.plan(file, List.of(), List.of("nope")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(file + ": there is no key nope to remove");
    for (String key : List.of("general.alignment", "quern.padding")) {
      assertThatThrownBy(
              () ->
                  MetadataEdit.plan(
                      file, List.of(new MetadataOverride(key, new Uint32(32))), List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              file + ": " + key + " says where tensors lie in this file and cannot be edited");
    }
  }

  private static List<MetadataOverride> name(String name) {
    return List.of(new MetadataOverride("general.name", new Text(name)));
  }

  /// A file whose name can grow or shrink, with two tensors whose bytes count up.
  private Path write(int alignment, String name) throws IOException {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("general.architecture", new Text("llama"));
    metadata.put("general.name", new Text(name));
    metadata.put("general.alignment", new Uint32(alignment));
    metadata.put("a.b", new Uint32(7));
    GgufLayout layout =
        GgufLayout.of(
            metadata,
            List.of(
                new TensorInfo("t", GgmlType.F32, Shape.of(7, 3)),
                new TensorInfo("u", GgmlType.Q8_0, Shape.of(64, 2))));
    byte[] bytes = new byte[Math.toIntExact(layout.fileSize())];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    byte[] header = (byte[]) layout.header().heapBase().orElseThrow();
    System.arraycopy(header, 0, bytes, 0, header.length);
    return Files.write(folder.resolve("m.gguf"), bytes);
  }

  /// A header of the same length with another name, as an edit would write it.
  private byte[] headerWith(Path file, String name) throws IOException {
    Path copy = folder.resolve("copy.gguf");
    Files.write(copy, Files.readAllBytes(file));
    try (MetadataEdit edit = MetadataEdit.plan(copy, name(name), List.of())) {
      edit.applyInPlace();
      return Arrays.copyOf(Files.readAllBytes(copy), Math.toIntExact(edit.room()));
    }
  }

  private static void checkEdited(Path file, byte[] before, String name) throws IOException {
    try (GgufFile gguf = GgufFile.open(file)) {
      assertThat(gguf.metadata().get("general.name")).isEqualTo(new Text(name));
      assertThat(gguf.metadata().get("a.b")).isEqualTo(new Uint32(7));
      int start = Math.toIntExact(gguf.dataStart());
      byte[] after = Files.readAllBytes(file);
      assertThat(after.length).isEqualTo(before.length);
      assertThat(Arrays.copyOfRange(after, start, after.length))
          .isEqualTo(Arrays.copyOfRange(before, start, before.length));
      assertThat(gguf.tensors()).hasSize(2);
    }
  }

  private static List<String> data(Path file) {
    try (GgufFile gguf = GgufFile.open(file)) {
      return gguf.tensors().stream()
          .map(info -> gguf.tensor(info.name()).orElseThrow().mapped().orElseThrow())
          .map(bytes -> Arrays.toString(bytes.toArray(Le.BYTE)))
          .toList();
    }
  }
}
