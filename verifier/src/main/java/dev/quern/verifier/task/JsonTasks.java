package dev.quern.verifier.task;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quern.formats.MalformedFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/// Reads tasks from lines of JSON, as the data sets are published.
///
/// | what     | keys                                                                                |
/// |----------|-------------------------------------------------------------------------------------|
/// | question | `question`, `query`, `prompt` or `ctx`; before `ctx`, `activity_label` and a colon  |
/// | choices  | `choices` or `endings`: a list, or `choices.text` with `choices.label`              |
/// | answer   | `answer`, `label`, `gold` or `answerKey`: from 0, a letter, or one of `choices.label` |
/// | gap      | `sentence` with `_`, `option1`, `option2` and `answer` 1 or 2, as in Winogrande     |
final class JsonTasks {
  private static final List<String> QUESTIONS = List.of("question", "query", "prompt", "ctx");
  private static final List<String> CHOICES = List.of("choices", "endings");
  private static final List<String> ANSWERS = List.of("answer", "label", "gold", "answerKey");
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path file;
  private final int line;
  private final JsonNode task;

  private JsonTasks(Path file, int line, JsonNode task) {
    this.file = file;
    this.line = line;
    this.task = task;
  }

  static List<ChoiceTask> read(Path file, List<String> lines) {
    List<ChoiceTask> tasks = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).isBlank()) {
        tasks.add(new JsonTasks(file, i + 1, parse(file, lines.get(i), i + 1)).task());
      }
    }
    return tasks;
  }

  private static JsonNode parse(Path file, String line, int number) {
    try {
      return MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new MalformedFileException(file, "line " + number + " is not JSON", e);
    }
  }

  private ChoiceTask task() {
    if (task.has("sentence")) {
      List<String> options = List.of(text("option1"), text("option2"));
      int answer = TaskFile.number(file, task.path("answer").asText(), line, 1, 2) - 1;
      return WinograndeTasks.gap(file, text("sentence"), options, answer, line);
    }
    JsonNode choices = first(CHOICES).orElseThrow(() -> missing("choices"));
    List<String> texts = texts(choices.has("text") ? choices.get("text") : choices);
    if (texts.size() < 2) {
      throw malformed(texts.size() + " choices, wanted two or more");
    }
    return ChoiceTask.continuing(question(), texts, answer(texts.size(), choices.path("label")));
  }

  private String question() {
    JsonNode question = first(QUESTIONS).orElseThrow(() -> missing("question"));
    boolean labelled = task.has("activity_label") && question.equals(task.get("ctx"));
    return labelled ? text("activity_label") + ": " + question.asText() : question.asText();
  }

  private int answer(int choices, JsonNode labels) {
    String answer = first(ANSWERS).orElseThrow(() -> missing("answer")).asText().strip();
    List<String> named = texts(labels);
    if (named.contains(answer)) {
      return Math.min(named.indexOf(answer), choices - 1);
    }
    boolean isLetter = answer.length() == 1 && answer.charAt(0) >= 'A' && answer.charAt(0) <= 'Z';
    String number = isLetter ? String.valueOf(answer.charAt(0) - 'A') : answer;
    return TaskFile.number(file, number, line, 0, choices - 1);
  }

  private Optional<JsonNode> first(List<String> keys) {
    return keys.stream().filter(task::has).findFirst().map(task::get);
  }

  private String text(String key) {
    if (!task.path(key).isTextual()) {
      throw missing(key);
    }
    return task.get(key).textValue();
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private MalformedFileException missing(String what) {
    return malformed("the object has no " + what);
  }

  private MalformedFileException malformed(String problem) {
    return new MalformedFileException(file, "line " + line + ": " + problem);
  }
}
