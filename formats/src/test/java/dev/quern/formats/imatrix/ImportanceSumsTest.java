package dev.quern.formats.imatrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImportanceSumsTest {
  private static final float[] ROWS = {9, 1, 2, 9, 9, 3, 4, 9};

  private final ImportanceSums sums = new ImportanceSums();

  @Test
  void addsInputsAndTheirSquares() {
    sums.add("a", 2, 0, 1, ROWS, 1, 4, 2);
    sums.add("a", 2, 0, 1, ROWS, 1, 4, 1);
    ImportanceEntry entry = entry("a");
    assertThat(entry.count(0)).isEqualTo(3);
    assertThat(squares(entry)).containsExactly(1 + 9 + 1, 4 + 16 + 4);
    float[] inputs = new float[2];
    entry.activations(0, 2, inputs);
    assertThat(inputs).containsExactly(5, 8);
  }

  @Test
  void expertsThatWereNeverAskedAreIdle() {
    sums.add("experts", 2, 1, 3, ROWS, 1, 4, 2);
    ImportanceEntry entry = entry("experts");
    assertThat(entry.matrices()).isEqualTo(3);
    assertThat(entry.isIdle(0)).isTrue();
    assertThat(entry.isIdle(1)).isFalse();
    assertThat(squares(entry)).containsExactly(0, 0, 10, 20, 0, 0);
  }

  @Test
  void aWeightCountsAsThatManyInputs() {
    ImportanceSums twice = new ImportanceSums();
    twice.add("a", 2, 0, 1, ROWS, 1, 4, 1);
    sums.add("a", 2, 0, 1, ROWS, 5, 4, 1);
    sums.add(twice, 2);
    ImportanceEntry entry = entry("a");
    assertThat(entry.count(0)).isEqualTo(3);
    assertThat(squares(entry)).containsExactly(9 + 2 * 1, 16 + 2 * 4);
  }

  @Test
  void roundingACountKeepsTheMean() {
    ImportanceSums other = new ImportanceSums();
    other.add("a", 2, 0, 1, ROWS, 1, 4, 2);
    sums.add(other, 0.6);
    ImportanceEntry entry = entry("a");
    assertThat(entry.count(0)).isOne();
    assertThat(squares(entry)).containsExactly(5, 10);
  }

  @Test
  void chunksAreThoseOfTheTensorWithMostInputs() {
    sums.add("few", 2, 0, 1, ROWS, 1, 4, 1);
    for (int i = 0; i < 5; i++) {
      sums.add("many", 2, 0, 1, ROWS, 1, 4, 2);
    }
    ImportanceMatrix matrix = sums.matrix(Path.of("m"), List.of("t"), 5);
    assertThat(matrix.origin())
        .isEqualTo(new ImportanceMatrix.Origin(List.of("t"), 2, 5, 0, false));
  }

  @Test
  void refusesWhatIsNotOfOneModel() {
    sums.add("a", 2, 0, 1, ROWS, 1, 4, 1);
    assertThatThrownBy(() -> sums.add("a", 3, 0, 1, ROWS, 1, 4, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a has 1 matrices of 3 columns, and had 1 of 2 before");
    assertThatThrownBy(() -> sums.add(new ImportanceSums(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("weight 0.0");
  }

  private ImportanceEntry entry(String name) {
    return sums.matrix(Path.of("m"), List.of(), 1).entry(name).orElseThrow();
  }

  private static float[] squares(ImportanceEntry entry) {
    float[] squares = new float[entry.size()];
    entry.sums(0, squares.length, squares);
    return squares;
  }
}
