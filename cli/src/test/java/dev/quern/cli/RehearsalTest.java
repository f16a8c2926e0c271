package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RehearsalTest {
  @Test
  void runsEveryCommandToItsEnd() {
    assertThatCode(() -> Rehearsal.main(new String[] {"../examples/novella"}))
        .doesNotThrowAnyException();
  }

  @Test
  void saysWhichCommandFailed() {
    assertThatThrownBy(() -> Rehearsal.main(new String[] {"../examples/nowhere"}))
        .hasMessage("inspect --json ../examples/nowhere ended with 1");
  }
}
