package dev.quern.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void hasTheRowLengthFirst() {
    Shape shape = Shape.of(4, 3, 2);

    assertThat(shape.rowLength()).isEqualTo(4);
    assertThat(shape.rows()).isEqualTo(6);
    assertThat(shape.elements()).isEqualTo(24);
    assertThat(shape.rank()).isEqualTo(3);
    assertThat(shape.extent(2)).isEqualTo(2);
    assertThat(shape.extent(3)).isEqualTo(1);
    assertThat(shape).hasToString("4 x 3 x 2");
  }

  @Test
  void refusesWhatIsNoShape() {
    assertThatThrownBy(Shape::of).hasMessage("a shape needs at least one extent");
    assertThatThrownBy(() -> Shape.of(1, -1)).hasMessage("extent -1 is negative");
    assertThatThrownBy(() -> Shape.of(1L << 32, 1L << 32)).isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> Shape.of(0, 1L << 32, 1L << 31))
        .isInstanceOf(ArithmeticException.class);
  }
}
