package dev.quern.verifier.task;

import dev.quern.formats.MalformedFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads Winogrande's CSV: index, sentence, two choices, 1 or 2. A field may stand in quotes.
final class WinograndeTasks {
  private static final int FIELDS = 5;

  private WinograndeTasks() {}

  static List<ChoiceTask> read(Path file, List<String> lines) {
    List<ChoiceTask> tasks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        tasks.add(task(file, lines.get(i), i + 1));
      }
    }
    return tasks;
  }

  private static ChoiceTask task(Path file, String line, int number) {
    List<String> fields = fields(line);
    if (fields.size() != FIELDS) {
      throw new MalformedFileException(
          file,
          "line %d has %d fields, wanted index, sentence, two choices and answer"
              .formatted(number, fields.size()));
    }
    int answer = TaskFile.number(file, fields.get(4), number, 1, 2) - 1;
    return gap(file, fields.get(1), fields.subList(2, 4), answer, number);
  }

  /// The task of a sentence with `_` for its gap.
  static ChoiceTask gap(Path file, String sentence, List<String> choices, int answer, int line) {
    int gap = sentence.indexOf('_');
    if (gap < 0) {
      throw new MalformedFileException(file, "line " + line + ": no _ in the sentence");
    }
    return ChoiceTask.filling(
        sentence.substring(0, gap), sentence.substring(gap + 1), choices, answer);
  }

  private static List<String> fields(String line) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char letter = line.charAt(i);
      if (letter == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        field.append('"');
        i++;
      } else if (letter == '"') {
        quoted = !quoted;
      } else if (letter == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(letter);
      }
    }
    fields.add(field.toString());
    return fields;
  }
}
