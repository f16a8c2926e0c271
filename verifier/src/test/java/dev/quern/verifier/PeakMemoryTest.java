package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {
  @Test
  void readsWhatTheKernelSays() {
    assertThat(
            PeakMemory.kernel(
                List.of("Name:\tjava", "VmHWM:\t   2048 kB", "RssAnon:\t 10 kB", "Threads:\t9")))
        .containsEntry("resident", 2048L * 1024)
        .containsEntry("anonymous", 10240L)
        .hasSize(2);
  }

  @Test
  void thisProcessTakesSomeMegabytes() {
    PeakMemory memory = new PeakMemory();
    assertThat(memory.peaks()).isEmpty();
    memory.look();
    memory.look();
    assertThat(memory.peaks()).hasSize(2);
    assertThat(memory.peaks().values())
        .first()
        .satisfies(b -> assertThat(b).isGreaterThan(1 << 20));
  }
}
