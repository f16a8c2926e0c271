package dev.quern.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.verifier.TensorDifference.Changed;
import dev.quern.verifier.TensorDifference.Equal;
import dev.quern.verifier.TensorDifference.OnlyInFirst;
import dev.quern.verifier.TensorDifference.OnlyInSecond;
import dev.quern.verifier.TensorDifference.Reshaped;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class ModelDiffTest {
  private final Arena arena = Arena.ofAuto();

  @Test
  void findsNothingBetweenAModelAndItself() {
    MapModel model = new MapModel().with("a", GgmlType.F32, Shape.of(64, 2), 1, 2, 3);
    ModelDiff diff = diff(model, model);
    assertThat(diff.isEmpty()).isTrue();
    assertThat(diff.isWithin(0)).isTrue();
    assertThat(diff.tensors()).hasOnlyElementsOfType(Equal.class);
  }

  @Test
  void measuresWhatChanged() {
    MapModel first = new MapModel().with("a", GgmlType.F32, Shape.of(64, 2), 3, 4);
    MapModel second = new MapModel().with("a", GgmlType.F32, Shape.of(64, 2), 3, 4.5f);
    ModelDiff diff = diff(first, second);
    assertThat(diff.tensors()).hasSize(1);
    assertThat(diff.tensors().getFirst())
        .isInstanceOfSatisfying(
            Changed.class,
            changed -> {
              assertThat(changed.relativeError()).isCloseTo(0.1, within(1e-12));
              assertThat(changed.largest()).isEqualTo(0.5f);
            });
    assertThat(diff.isEmpty()).isFalse();
    assertThat(diff.isWithin(0.11)).isTrue();
    assertThat(diff.isWithin(0.09)).isFalse();
  }

  @Test
  void seesThatAnotherTypeHoldsTheSameNumbers() {
    MapModel first = new MapModel().with("a", GgmlType.F16, Shape.of(64), 3, 4);
    MapModel second = new MapModel().with("a", GgmlType.F32, Shape.of(64), 3, 4);
    ModelDiff diff = diff(first, second);
    assertThat(diff.isEmpty()).isFalse();
    assertThat(diff.isWithin(0)).isTrue();
  }

  @Test
  void listsWhatIsMissingOrReshaped() {
    MapModel first =
        new MapModel()
            .with("a", GgmlType.F32, Shape.of(64), 1)
            .with("b", GgmlType.F32, Shape.of(64), 1);
    MapModel second =
        new MapModel()
            .with("b", GgmlType.F32, Shape.of(32, 2), 1)
            .with("c", GgmlType.F32, Shape.of(64), 1);
    ModelDiff diff = diff(first, second);
    assertThat(diff.tensors())
        .hasExactlyElementsOfTypes(OnlyInFirst.class, Reshaped.class, OnlyInSecond.class);
    assertThat(diff.isWithin(100)).isFalse();
  }

  @Test
  void countsAWeightThatIsNoNumberAsBeyondEveryLimit() {
    MapModel first = new MapModel().with("a", GgmlType.F32, Shape.of(64), 1, 2);
    MapModel second = new MapModel().with("a", GgmlType.F32, Shape.of(64), 1, Float.NaN);
    assertThat(diff(first, second).isWithin(1e9)).isFalse();
  }

  @Test
  void comparesTensorsLongerThanItsBuffers() {
    float[] many = new float[200_000];
    Arrays.fill(many, 2);
    MapModel first = new MapModel().with("a", GgmlType.F32, Shape.of(200_000), many);
    many[150_000] = 3;
    MapModel second = new MapModel().with("a", GgmlType.F32, Shape.of(200_000), many);
    assertThat(diff(first, second).tensors().getFirst())
        .isInstanceOfSatisfying(
            Changed.class,
            changed ->
                assertThat(changed.relativeError())
                    .isCloseTo(Math.sqrt(1 / (4 * 200_000.0)), within(1e-9)));
  }

  @Test
  void comparesRowsThatAreComputed() {
    MapModel first = new MapModel().with("a", GgmlType.F32, Shape.of(64, 2), 3, 4);
    MapModel second = new MapModel().with("a", GgmlType.F32, Shape.of(64, 2), 3, 4.5f);
    ModelView computed = second.computed();
    assertThat(diff(first, computed)).isEqualTo(diff(first, second));
    assertThat(diff(computed, computed).isEmpty()).isTrue();
  }

  @Test
  void listsMetadataThatDiffers() {
    MapModel first = new MapModel().with("k", new Uint32(1)).with("only", new Uint32(2));
    MapModel second = new MapModel().with("k", new Uint32(3));
    assertThat(diff(first, second).metadata())
        .containsExactly(
            new MetadataDifference("k", new Uint32(1), new Uint32(3)),
            new MetadataDifference("only", new Uint32(2), null));
  }

  @Test
  void comparesIntegersAndDoubles() {
    MemorySegment left = arena.allocate(16);
    MemorySegment right = arena.allocate(16);
    left.set(Le.LONG, 8, 4);
    right.set(Le.LONG, 8, 5);
    MapModel first = new MapModel().with("a", GgmlType.I64, Shape.of(2), left);
    MapModel second = new MapModel().with("a", GgmlType.I64, Shape.of(2), right);
    assertThat(diff(first, second).isWithin(0.25)).isTrue();
    assertThat(diff(first, second).isWithin(0.24)).isFalse();
  }

  private static ModelDiff diff(ModelView first, ModelView second) {
    return ModelDiff.between(first, second, 2, Progress.none());
  }
}
