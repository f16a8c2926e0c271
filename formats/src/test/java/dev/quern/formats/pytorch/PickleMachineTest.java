package dev.quern.formats.pytorch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.Golden;
import dev.quern.formats.io.HeapBudget;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PickleMachineTest {
  private static final String INNER =
      "[\"ü€😀\", \"a\nb\\u0041\", -1, 255, 65536, -2147483648, 1180591620717411303424,"
          + " -1180591620717411303424, 1.5, -Infinity, true, false, None, (), (1), (1, 2),"
          + " (1, 2, 3), (1, 2, 3, 4)]";

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void readsWhatPythonWritesInEveryProtocol(int protocol) {
    String name = "pytorch/plain-" + protocol + ".pickle";
    PickleInput in = new PickleInput(Path.of("m"), Golden.segment(name), 0, "");

    Pickled value =
        PickleMachine.run(in, new HeapBudget(1 << 20), PickleMachine.PersistentIds.NONE);

    assertThat(show(value, 0))
        .isEqualTo("{a: " + INNER + ", b: {x: " + INNER + ", y: [], z: {}}, self: ...}");
  }

  private static String show(Pickled value, int depth) {
    return switch (value) {
      case Pickled.None _ -> "None";
      case Pickled.Flag(boolean flag) -> String.valueOf(flag);
      case Pickled.Whole(long number) -> String.valueOf(number);
      case Pickled.Large(BigInteger number) -> number.toString();
      case Pickled.Real(double number) -> String.valueOf(number);
      case Pickled.Text(String text) -> '"' + text + '"';
      case Pickled.Tuple(List<Pickled> items) -> "(" + join(items, depth) + ")";
      case Pickled.Sequence list -> "[" + join(list.items(), depth) + "]";
      case Pickled.Mapping mapping when depth == 1 && mapping.members().containsKey("self") ->
          "...";
      case Pickled.Mapping mapping ->
          mapping.members().entrySet().stream()
              .map(member -> member.getKey() + ": " + show(member.getValue(), depth + 1))
              .collect(Collectors.joining(", ", "{", "}"));
      default -> value.kind();
    };
  }

  private static String join(List<Pickled> items, int depth) {
    return items.stream().map(item -> show(item, depth + 1)).collect(Collectors.joining(", "));
  }
}
