package dev.quern.quantizers.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GridTest {
  @Test
  void hasNoPointTwice() {
    for (Grid grid :
        new Grid[] {Grid.IQ2_XXS, Grid.IQ2_XS, Grid.IQ2_S, Grid.IQ3_XXS, Grid.IQ3_S, Grid.IQ1}) {
      long points =
          IntStream.range(0, grid.size)
              .mapToObj(
                  p ->
                      Arrays.toString(
                          Arrays.copyOfRange(grid.levels, p * grid.width, (p + 1) * grid.width)))
              .distinct()
              .count();
      assertThat(points).isEqualTo(grid.size);
    }
  }

  @Test
  void makesTheNumberOfMinusSignsEven() {
    assertThat(Grid.evenSigns(0)).isZero();
    assertThat(Grid.evenSigns(1)).isEqualTo(0x81);
    assertThat(Grid.evenSigns(3)).isEqualTo(3);
    assertThat(Grid.evenSigns(127)).isEqualTo(0xff);
  }
}
