package dev.quern.quantizers.type;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("lanes")
class LanesTest {
  @Test
  void hasNoMoreLanesThanTheRunAsksFor() {
    assertThat(Lanes.COUNT).isIn(4, 8, 16);
    assertThat(Lanes.COUNT).isLessThanOrEqualTo(Integer.getInteger("quern.test.lanes", 16));
  }
}
