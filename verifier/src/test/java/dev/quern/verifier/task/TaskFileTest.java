package dev.quern.verifier.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.verifier.task.TaskFile.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskFileTest {
  private static final ChoiceTask SKY =
      ChoiceTask.continuing("The sky is", List.of("blue.", "a fish."), 0);

  @TempDir Path folder;

  private List<ChoiceTask> read(String name, String text) throws IOException {
    Path file = Files.writeString(folder.resolve(name), text);
    return TaskFile.read(file, Kind.of(file));
  }

  private void refuses(String name, String text, String problem) {
    assertThatThrownBy(() -> read(name, text))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(folder.resolve(name) + ": " + problem);
  }

  @Test
  void hellaswagIsSixLinesATask() throws IOException {
    List<ChoiceTask> tasks = read("h.txt", "Cook: He\n2\na\nb\nc\nd\nRun: She\n0\ne\nf\ng\nh\n");
    assertThat(tasks).hasSize(2);
    assertThat(tasks.getFirst())
        .isEqualTo(ChoiceTask.continuing("Cook: He", List.of("a", "b", "c", "d"), 2));
    assertThat(tasks.getFirst().texts()).contains("Cook: He c");
    refuses("h.txt", "a\n0\nb\nc\nd\n", "5 lines, wanted six for each HellaSwag task");
    refuses(
        "h.txt", "a\n4\nb\nc\nd\ne\n", "line 2: the answer is \"4\", wanted a number from 0 to 3");
    refuses("h.txt", "", "no tasks");
  }

  @Test
  void winograndeIsCsv() throws IOException {
    List<ChoiceTask> tasks =
        read("w.csv", "0,\"The cup, or _ , fell.\",cup,mug,2\n1,Ann met _ there.,Bo,Cy,1");
    assertThat(tasks)
        .containsExactly(
            ChoiceTask.filling("The cup, or ", " , fell.", List.of("cup", "mug"), 1),
            ChoiceTask.filling("Ann met ", " there.", List.of("Bo", "Cy"), 0));
    assertThat(tasks.getLast().heads()).containsExactly("Ann met Bo", "Ann met Cy");
    refuses("w.csv", "0,No gap.,a,b,1\n", "line 1: no _ in the sentence");
    refuses(
        "w.csv",
        "0,A _.,a,b\n",
        "line 1 has 4 fields, wanted index, sentence, two choices and answer");
    refuses("w.csv", "0,A _.,a,b,3\n", "line 1: the answer is \"3\", wanted a number from 1 to 2");
  }

  @Test
  void jsonLinesAreReadAsTheDataSetsWriteThem() throws IOException {
    List<ChoiceTask> tasks =
        read(
            "t.jsonl",
            """
            {"question": "The sky is", "choices": ["blue.", "a fish."], "answer": 0}
            {"question": "The sky is", "choices": {"text": ["blue.", "a fish."], "label": ["1", "2"]}, "answerKey": "1"}
            {"question": "The sky is", "choices": ["blue.", "a fish."], "answer": "A"}

            {"ctx": "He", "activity_label": "Cook", "endings": ["a", "b"], "label": "1"}
            {"sentence": "A _ b", "option1": "x", "option2": "y", "answer": "2"}
            """);
    assertThat(tasks)
        .containsExactly(
            SKY,
            SKY,
            SKY,
            ChoiceTask.continuing("Cook: He", List.of("a", "b"), 1),
            ChoiceTask.filling("A ", " b", List.of("x", "y"), 1));
  }

  @Test
  void jsonLinesThatMakeNoTaskAreNamed() {
    refuses("t.jsonl", "{\n", "line 1 is not JSON");
    refuses("t.jsonl", "{}\n", "line 1: the object has no choices");
    refuses(
        "t.jsonl",
        "{\"question\": \"q\", \"choices\": [\"a\"], \"answer\": 0}\n",
        "line 1: 1 choices, wanted two or more");
    refuses(
        "t.jsonl",
        "{\"choices\": [\"a\", \"b\"], \"answer\": 0}\n",
        "line 1: the object has no question");
    refuses(
        "t.jsonl",
        "{\"question\": \"q\", \"choices\": [\"a\", \"b\"], \"answer\": 2}\n",
        "line 1: the answer is \"2\", wanted a number from 0 to 1");
  }

  /// A binary file with one task.
  private static byte[] binary(int answers, int... labels) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(ints(1, 8));
    text(out, "The sky is");
    for (int set = 0; set < 2; set++) {
      out.write(ints(answers));
      for (String answer : List.of("blue.", "a fish.").subList(0, answers)) {
        text(out, answer);
      }
      out.write(ints(labels));
    }
    return out.toByteArray();
  }

  private static void text(ByteArrayOutputStream out, String text) throws IOException {
    out.write(ints(text.length()));
    out.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }

  @Test
  void multipleChoiceIsBinary() throws IOException {
    Path file = Files.write(folder.resolve("m.bin"), binary(2, 1, 0));
    assertThat(TaskFile.read(file, Kind.of(file))).containsExactly(SKY);
  }

  @Test
  void binaryFilesThatAreCutOffAreRefusedAtEveryByte() throws IOException {
    byte[] whole = binary(2, 1, 0);
    for (int length = 0; length < whole.length; length++) {
      Path file = Files.write(folder.resolve("m.bin"), Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> TaskFile.read(file, Kind.MULTIPLE_CHOICE))
          .as("%d bytes", length)
          .isInstanceOf(MalformedFileException.class);
    }
  }

  @Test
  void binaryFilesWithAbsurdNumbersAreRefused() throws IOException {
    byte[] absurd = binary(2, 1, 0);
    for (int at = 0; at + 4 <= absurd.length; at += 2) {
      for (int value : new int[] {-1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
        byte[] bytes = absurd.clone();
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
        Path file = Files.write(folder.resolve("m.bin"), bytes);
        try {
          assertThat(TaskFile.read(file, Kind.MULTIPLE_CHOICE)).hasSize(1);
        } catch (MalformedFileException e) {
          assertThat(e).hasMessageStartingWith(file + ": ");
        }
      }
    }
    Path file = Files.write(folder.resolve("m.bin"), binary(2, 0, 0));
    assertThatThrownBy(() -> TaskFile.read(file, Kind.MULTIPLE_CHOICE))
        .hasMessageEndingWith("task 0 has 2 answers, wanted two or more, one right (at byte 8)");
  }
}
