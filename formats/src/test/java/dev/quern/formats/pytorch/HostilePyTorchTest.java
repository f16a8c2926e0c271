package dev.quern.formats.pytorch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files that want to run something, or to exhaust memory: each is refused with one line.
class HostilePyTorchTest {
  /// How long a file may take in a machine that has just started.
  private static final int MILLISECONDS = 1000;

  @TempDir Path folder;

  static Stream<Hostile> all() {
    return Stream.of(
            HostilePickles.calls(),
            HostilePickles.bombs(),
            HostilePickles.lengths(),
            HostileTensors.storages(),
            HostileTensors.views(),
            HostileArchives.zips(),
            HostileArchives.contents(),
            HostileArchives.others())
        .flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void refuses(Hostile hostile) {
    MemorySegment bytes = MemorySegment.ofArray(hostile.bytes());

    assertThatThrownBy(
            () -> PyTorchFile.read(Path.of("m.pt"), bytes, new HeapBudget(Hostile.BUDGET)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("m.pt: " + hostile.message());
  }

  @Test
  void refusesAllInSixtyFourMegabytesAndASecondEach() throws IOException, InterruptedException {
    List<Hostile> files = all().toList();
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path")));
    command.add(HostilePyTorchReader.class.getName());
    for (int i = 0; i < files.size(); i++) {
      Path file = folder.resolve(i + ".pt");
      command.add(Files.write(file, files.get(i).bytes()).toString());
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();

    assertThat(process.waitFor()).as(() -> String.join("\n", lines)).isZero();
    assertThat(lines).hasSize(2 * files.size());
    for (int i = 0; i < files.size(); i++) {
      String name = files.get(i).toString();
      assertThat(lines.get(2 * i)).as(name).endsWith("pt: " + files.get(i).message());
      assertThat(Long.parseLong(lines.get(2 * i + 1))).as(name).isLessThan(MILLISECONDS);
    }
  }
}
