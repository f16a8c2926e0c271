package dev.quern.formats.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {
  private static final JournalFile.Owner OWNER = new JournalFile.Owner("baking", "bake again");
  private static final List<String> SETTINGS = List.of("flour 2", "salt 1");

  @TempDir private Path folder = Path.of("");

  private Path file = Path.of("");

  @BeforeEach
  void begin() {
    file = folder.resolve("journal");
  }

  private JournalFile open() {
    return JournalFile.open(file, OWNER, SETTINGS);
  }

  private static void append(JournalFile journal, String... records) {
    for (String record : records) {
      journal.append(record.getBytes(UTF_8));
    }
  }

  private static List<String> read(JournalFile journal) {
    List<String> records = new ArrayList<>();
    for (Optional<byte[]> one = journal.next(); one.isPresent(); one = journal.next()) {
      records.add(new String(one.get(), UTF_8));
    }
    return records;
  }

  @Test
  void recordsAreReadInOrderAndMoreAreAdded() {
    try (JournalFile journal = open()) {
      append(journal, "one", "", "three");
    }
    try (JournalFile journal = open()) {
      assertThat(read(journal)).containsExactly("one", "", "three");
      append(journal, "four");
    }
    try (JournalFile journal = open()) {
      assertThat(read(journal)).containsExactly("one", "", "three", "four");
    }
  }

  @Test
  void whatIsBehindTheLastWholeRecordIsCutOffWhereverTheFileWasTorn() throws IOException {
    try (JournalFile journal = open()) {
      append(journal, "first", "second");
    }
    byte[] whole = Files.readAllBytes(file);
    int second = "second".length() + 12;
    for (int cut = 1; cut <= second; cut++) {
      Files.write(file, Arrays.copyOf(whole, whole.length - cut));
      try (JournalFile journal = open()) {
        assertThat(read(journal)).containsExactly("first");
        append(journal, "2nd");
      }
      try (JournalFile journal = open()) {
        assertThat(read(journal)).containsExactly("first", "2nd");
      }
    }
  }

  @Test
  void aChangedRecordAndWhatFollowsAreNotRead() throws IOException {
    try (JournalFile journal = open()) {
      append(journal, "first", "second", "third");
    }
    byte[] bytes = Files.readAllBytes(file);
    int second = bytes.length - "third".length() - 12 - 8 - 1;
    bytes[second] ^= 4;
    Files.write(file, bytes);

    try (JournalFile journal = open()) {
      assertThat(read(journal)).containsExactly("first");
    }
  }

  @Test
  void aHeaderThatWasNotWrittenWholeIsWrittenAgain() throws IOException {
    open().close();
    byte[] header = Files.readAllBytes(file);
    for (int length = 0; length < header.length; length++) {
      Files.write(file, Arrays.copyOf(header, length));
      open().close();
      assertThat(file).hasBinaryContent(header);
    }
  }

  @Test
  void otherSettingsAreRefusedInALineThatNamesThem() {
    open().close();

    assertThatThrownBy(() -> JournalFile.open(file, OWNER, List.of("flour 2", "salt 3")))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            file
                + ": a journal of another baking: it has \"salt 1\", and this is \"salt 3\"; bake again");
  }

  @Test
  void otherSettingsAreReplacedWhenThatIsWanted() {
    try (JournalFile journal = open()) {
      append(journal, "one");
    }
    List<String> others = List.of("flour 7");
    try (JournalFile journal = JournalFile.openOrReplace(file, OWNER, others)) {
      assertThat(read(journal)).isEmpty();
    }
    try (JournalFile journal = JournalFile.openOrReplace(file, OWNER, others)) {
      append(journal, "two");
    }
    try (JournalFile journal = JournalFile.openOrReplace(file, OWNER, others)) {
      assertThat(read(journal)).containsExactly("two");
    }
  }

  @Test
  void aFileThatIsNoJournalIsNeverReplaced() throws IOException {
    Files.writeString(file, "a recipe of somebody's grandmother");

    assertThatThrownBy(() -> JournalFile.openOrReplace(file, OWNER, SETTINGS))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(file + ": not a journal of quern; move it away");
    assertThat(file).hasContent("a recipe of somebody's grandmother");
  }

  @Test
  void nobodyElseMayHaveItOpen() {
    JournalFile first = open();
    try (first) {
      assertThatThrownBy(this::open).hasMessage(file + ": another run of quern is writing it");
    }
    open().close();
  }
}
