package dev.quern.verifier.blame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.quantizers.recipe.TypeOverride;
import dev.quern.verifier.MapModel;
import dev.quern.verifier.ModelDiff;
import dev.quern.verifier.Progress;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

final class BlameTest {
  private final MapModel source = model(0, 0, 0);
  private final MapModel candidate = model(0.25f, 0.5f, 0.125f);

  @Test
  void groupsWhatChangedByWhatIsAskedFor() {
    assertThat(groups(Grouping.TENSOR))
        .containsExactly("blk.1.up.weight", "blk.0.up.weight", "blk.0.down.weight");
    assertThat(groups(Grouping.KIND)).containsExactly("up", "down");
    assertThat(groups(Grouping.LAYER)).containsExactly("blk.1", "blk.0");
  }

  @Test
  void takesTheWorstGroupsAlone() {
    assertThat(Suspect.of(diff(), Grouping.TENSOR, 1))
        .singleElement()
        .satisfies(
            worst -> {
              assertThat(worst.names()).containsExactly("blk.1.up.weight");
              assertThat(worst.weightError()).isCloseTo(0.5, within(1e-6));
            });
  }

  @Test
  void anOptionFindsTheTensorsOfItsGroupAlone() {
    for (Grouping grouping : Grouping.values()) {
      for (Suspect suspect : Suspect.of(diff(), grouping, 9)) {
        boolean layer = grouping == Grouping.LAYER; // a layer is all of its tensors
        Pattern pattern = TypeOverride.parse(suspect.pattern() + "=Q8_0").pattern();
        assertThat(
                candidate.tensors().stream()
                    .filter(info -> pattern.matcher(info.name()).find())
                    .filter(info -> !layer || !info.name().contains("upper"))
                    .toList())
            .as(suspect.pattern())
            .containsExactlyInAnyOrderElementsOf(suspect.tensors());
      }
    }
  }

  @Test
  void ranksByWhatReturns() {
    // the divergence of this made-up model is the sum of its weights in up, less a little of down
    List<Suspect> suspects = Suspect.of(diff(), Grouping.TENSOR, 9);
    List<ModelView> models = Blame.models(candidate, source, suspects);
    Blame blame =
        Blame.of(
            suspects, divergence(candidate), models.stream().map(BlameTest::divergence).toList());

    assertThat(blame.divergence()).isCloseTo(64 * 0.75, within(1e-6));
    assertThat(blame.ranking())
        .extracting(part -> part.suspect().group())
        .containsExactly("blk.1.up.weight", "blk.0.up.weight", "blk.0.down.weight");
    assertThat(blame.ranking().getFirst().returned()).isCloseTo(32, within(1e-6));
    assertThat(blame.ranking().getLast().returned()).isZero();
    assertThat(blame.bestBuy()).isEmpty(); // F32 needs no finer type
  }

  @Test
  void countsWhatAFinerTypeCosts() {
    MapModel small = new MapModel().with("blk.0.up.weight", GgmlType.Q4_0, Shape.of(64, 2), 1, 2);
    MapModel whole = new MapModel().with("blk.0.up.weight", GgmlType.F32, Shape.of(64, 2), 1, 2.1f);
    List<Suspect> suspects =
        Suspect.of(ModelDiff.between(whole, small, 1, Progress.none()), Grouping.KIND, 1);

    assertThat(suspects.getFirst().growth()).isEqualTo(4 * (34 - 18));
    assertThat(suspects.getFirst().option()).isEqualTo("--tensor-type '\\.up\\.=Q8_0'");
  }

  private List<String> groups(Grouping grouping) {
    return Suspect.of(diff(), grouping, 9).stream().map(Suspect::group).toList();
  }

  private ModelDiff diff() {
    return ModelDiff.between(source, candidate, 1, Progress.none());
  }

  private static double divergence(ModelView model) {
    double sum = 0;
    for (String name : List.of("blk.0.up.weight", "blk.1.up.weight")) {
      MemorySegment bytes = model.tensor(name).orElseThrow().mapped().orElseThrow();
      for (int i = 0; i < 64; i++) {
        sum += bytes.get(Le.FLOAT, 4L * i) - 1;
      }
    }
    return sum;
  }

  private static MapModel model(float first, float second, float down) {
    return new MapModel()
        .with("output_norm.weight", GgmlType.F32, Shape.of(64), filled(1))
        .with("blk.0.up.weight", GgmlType.F32, Shape.of(64), filled(1 + first))
        .with("blk.0.upper.weight", GgmlType.F32, Shape.of(64), filled(1))
        .with("blk.0.down.weight", GgmlType.F32, Shape.of(64), filled(1 + down))
        .with("blk.1.up.weight", GgmlType.F32, Shape.of(64), filled(1 + second));
  }

  private static float[] filled(float value) {
    float[] all = new float[64];
    Arrays.fill(all, value);
    return all;
  }
}
