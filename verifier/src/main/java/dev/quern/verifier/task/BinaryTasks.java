package dev.quern.verifier.task;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads llama-perplexity's binary file of multiple-choice tasks. All numbers are little-endian.
///
/// | bytes | meaning                                                            |
/// |------:|--------------------------------------------------------------------|
/// |     4 | number of tasks                                                    |
/// |    4n | where each task begins                                             |
/// |       | for each task: its question, then twice a set of answers           |
///
/// A text is its length in 4 bytes and UTF-8. A set is its size in 4 bytes, at most 100, as many
/// texts, and as many labels of 4 bytes, 1 for right. The first set has one right answer; the
/// second may have several and is not used.
final class BinaryTasks {
  private static final int MOST_ANSWERS = 100;
  private static final int SMALLEST_TASK = 12;

  private final Path file;
  private final MemorySegment bytes;
  private long position;

  private BinaryTasks(Path file, MemorySegment bytes) {
    this.file = file;
    this.bytes = bytes;
  }

  static List<ChoiceTask> read(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      return new BinaryTasks(file, mapped.bytes()).tasks();
    }
  }

  private List<ChoiceTask> tasks() {
    int count = count("the number of tasks", (bytes.byteSize() - 4) / (4 + SMALLEST_TASK));
    position += 4L * count;
    List<ChoiceTask> tasks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tasks.add(task(i));
    }
    return tasks;
  }

  private ChoiceTask task(int index) {
    long at = position;
    String question = text();
    List<String> answers = new ArrayList<>();
    int right = answers(answers);
    answers(new ArrayList<>());
    if (answers.size() < 2 || right < 0) {
      throw malformed(
          at,
          "task %d has %d answers, wanted two or more, one right".formatted(index, answers.size()));
    }
    return ChoiceTask.continuing(question, answers, right);
  }

  /// Reads a set into `answers`.
  ///
  /// @return the place of the first right one, or -1
  private int answers(List<String> answers) {
    int count = count("the number of answers", MOST_ANSWERS);
    for (int i = 0; i < count; i++) {
      answers.add(text());
    }
    int right = -1;
    for (int i = 0; i < count; i++) {
      require(4);
      boolean isRight = bytes.get(Le.INT, position) == 1;
      position += 4;
      right = isRight && right < 0 ? i : right;
    }
    return right;
  }

  private String text() {
    int length = count("the length of a text", bytes.byteSize() - position - 4);
    long at = position;
    position += length;
    byte[] text = bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException _) {
      throw malformed(at, "a text is not UTF-8");
    }
  }

  private int count(String what, long most) {
    require(4);
    long at = position;
    int count = bytes.get(Le.INT, at);
    if (count < 0 || count > most) {
      throw malformed(
          at, "%s is %d, wanted at most %d".formatted(what, Integer.toUnsignedLong(count), most));
    }
    position += 4;
    return count;
  }

  private void require(int length) {
    if (bytes.byteSize() - position < length) {
      throw malformed(position, "the file ends in the middle of a task");
    }
  }

  private MalformedFileException malformed(long at, String problem) {
    return new MalformedFileException(file, problem + " (at byte " + at + ")");
  }
}
