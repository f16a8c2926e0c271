package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class RowWindowTest {
  private final MapModel model =
      new MapModel().with("t", GgmlType.F32, Shape.of(2, 3), 1, 2, 3, 4, 5, 6);

  private TensorData tensor() {
    return model.tensor("t").orElseThrow();
  }

  @Test
  void showsRowsOfAMappedTensorWhereTheyLie() {
    TensorData tensor = tensor();
    try (RowWindow window = new RowWindow(tensor, 1)) {
      MemorySegment rows = window.rows(1, 2);

      assertThat(rows.byteSize()).isEqualTo(16);
      assertThat(rows.address()).isEqualTo(tensor.mapped().orElseThrow().address() + 8);
    }
  }

  @Test
  void readsRowsOfOthers() {
    TensorData computed = model.computed().tensor("t").orElseThrow();
    try (RowWindow window = new RowWindow(computed, 2)) {
      assertThat(window.rows(1, 2).toArray(Le.FLOAT)).containsExactly(3, 4, 5, 6);
      assertThat(window.rows(2, 1).toArray(Le.FLOAT)).containsExactly(5, 6);
    }
  }

  @Test
  void countsAtLeastOneRowAndAtMostAll() {
    assertThat(RowWindow.count(tensor(), 1, 2)).isEqualTo(1);
    assertThat(RowWindow.count(tensor(), 4, 2)).isEqualTo(2);
    assertThat(RowWindow.count(tensor(), 1000, 2)).isEqualTo(3);
    assertThat(RowWindow.count(tensor(), 1000, 0)).isEqualTo(3);
  }
}
