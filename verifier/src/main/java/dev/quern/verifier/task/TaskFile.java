package dev.quern.verifier.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Files of tasks.
///
/// | kind            | form                                                                      |
/// |-----------------|---------------------------------------------------------------------------|
/// | HELLASWAG       | six lines for a task: context, number of the right ending from 0, endings |
/// | WINOGRANDE      | CSV: index, sentence with `_` for the gap, two choices, 1 or 2            |
/// | MULTIPLE_CHOICE | llama-perplexity's binary: see [BinaryTasks]                              |
/// | JSONL           | one JSON object a line: see [JsonTasks]                                   |
public final class TaskFile {
  private static final int HELLASWAG_LINES = 6;

  private TaskFile() {}

  /// The forms of files.
  public enum Kind {
    HELLASWAG,
    WINOGRANDE,
    MULTIPLE_CHOICE,
    JSONL;

    /// What the name of `file` suggests: `.csv` Winogrande, `.bin` the binary, `.jsonl` JSON, else
    /// HellaSwag.
    public static Kind of(Path file) {
      String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
      if (name.endsWith(".csv")) {
        return WINOGRANDE;
      }
      if (name.endsWith(".bin")) {
        return MULTIPLE_CHOICE;
      }
      return name.endsWith(".jsonl") ? JSONL : HELLASWAG;
    }
  }

  /// All tasks of `file`, in its order.
  ///
  /// @throws MalformedFileException if it is not of that kind, or has none
  public static List<ChoiceTask> read(Path file, Kind kind) {
    List<ChoiceTask> tasks =
        switch (kind) {
          case HELLASWAG -> hellaswag(file, lines(file));
          case WINOGRANDE -> WinograndeTasks.read(file, lines(file));
          case MULTIPLE_CHOICE -> BinaryTasks.read(file);
          case JSONL -> JsonTasks.read(file, lines(file));
        };
    if (tasks.isEmpty()) {
      throw new MalformedFileException(file, "no tasks");
    }
    return tasks;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, UTF_8);
    } catch (CharacterCodingException e) {
      throw new MalformedFileException(file, "not a text in UTF-8", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<ChoiceTask> hellaswag(Path file, List<String> lines) {
    if (lines.size() % HELLASWAG_LINES != 0) {
      throw new MalformedFileException(
          file, lines.size() + " lines, wanted six for each HellaSwag task");
    }
    List<ChoiceTask> tasks = new ArrayList<>();
    for (int at = 0; at < lines.size(); at += HELLASWAG_LINES) {
      List<String> endings = lines.subList(at + 2, at + HELLASWAG_LINES);
      int answer = number(file, lines.get(at + 1), at + 2, 0, endings.size() - 1);
      tasks.add(ChoiceTask.continuing(lines.get(at), endings, answer));
    }
    return tasks;
  }

  /// The number that `text` is, from `least` to `most`.
  static int number(Path file, String text, int line, int least, int most) {
    String digits = text.strip();
    if (!digits.matches("\\d{1,3}")
        || Integer.parseInt(digits) < least
        || Integer.parseInt(digits) > most) {
      String found = text.length() > 40 ? text.substring(0, 40) + "…" : text;
      throw new MalformedFileException(
          file,
          "line %d: the answer is \"%s\", wanted a number from %d to %d"
              .formatted(line, found, least, most));
    }
    return Integer.parseInt(digits);
  }
}
