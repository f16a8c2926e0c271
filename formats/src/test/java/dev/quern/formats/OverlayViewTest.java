package dev.quern.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.MetadataValue.Text;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OverlayViewTest {
  private static final TensorInfo A = new TensorInfo("a", GgmlType.Q8_0, Shape.of(32, 2));
  private static final TensorInfo B = new TensorInfo("b", GgmlType.F32, Shape.of(4));
  private static final TensorInfo SOURCE_A = new TensorInfo("a", GgmlType.BF16, Shape.of(32, 2));

  private final FakeView base = new FakeView("base", A, B);
  private final FakeView source = new FakeView("source", B, SOURCE_A);

  /// A view of zeros.
  private static final class FakeView implements ModelView {
    private final String name;
    private final List<TensorInfo> tensors;
    private boolean closed;

    FakeView(String name, TensorInfo... tensors) {
      this.name = name;
      this.tensors = List.copyOf(Arrays.asList(tensors));
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Map<String, MetadataValue> metadata() {
      return Map.of("name", new Text(name));
    }

    @Override
    public List<TensorInfo> tensors() {
      return tensors;
    }

    @Override
    public Optional<TensorData> tensor(String wanted) {
      return tensors.stream()
          .filter(info -> info.name().equals(wanted))
          .map(FakeView::zeros)
          .findFirst();
    }

    private static TensorData zeros(TensorInfo info) {
      return new MappedTensor(info, MemorySegment.ofArray(new byte[(int) info.bytes()]));
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  @Test
  void takesTheChosenTensorsFromTheOverlayInTheOrderOfTheBase() {
    OverlayView view = new OverlayView(base, source, Set.of("a"));

    assertThat(view.tensors()).containsExactly(SOURCE_A, B);
    assertThat(view.tensor("a").orElseThrow().info()).isEqualTo(SOURCE_A);
    assertThat(view.tensor("b").orElseThrow().info()).isEqualTo(B);
    assertThat(view.tensor("c")).isEmpty();
    assertThat(view.metadata()).isEqualTo(base.metadata());
    assertThat(view.name()).isEqualTo("base with 1 tensors of source");
  }

  @Test
  void takesAllThatTheOverlayHas() {
    OverlayView view = new OverlayView(base, new FakeView("one", SOURCE_A));

    assertThat(view.tensors()).containsExactly(SOURCE_A, B);
  }

  @Test
  void scalesGoWithTheirWeights() {
    TensorInfo weight = new TensorInfo("x.weight", GgmlType.NVFP4, Shape.of(64));
    TensorInfo scale = new TensorInfo("x.scale", GgmlType.F32, Shape.of(1));
    TensorInfo plain = new TensorInfo("x.weight", GgmlType.BF16, Shape.of(64));
    FakeView scaled = new FakeView("scaled", weight, scale);
    FakeView unscaled = new FakeView("unscaled", plain);

    OverlayView without = new OverlayView(scaled, unscaled, Set.of("x.weight"));
    assertThat(without.tensors()).containsExactly(plain);
    assertThat(without.tensor("x.scale")).isEmpty();
    OverlayView with = new OverlayView(unscaled, scaled, Set.of("x.weight"));
    assertThat(with.tensors()).containsExactly(weight, scale);
    assertThat(with.tensor("x.scale")).isPresent();
  }

  @Test
  void closesNeitherView() {
    new OverlayView(base, source).close();

    assertThat(base.closed).isFalse();
    assertThat(source.closed).isFalse();
  }

  @Test
  void refusesATensorThatTheBaseLacks() {
    refuses(
        new FakeView("more", new TensorInfo("c", GgmlType.F32, Shape.of(1))),
        Set.of("c"),
        "base has no tensor c");
  }

  @Test
  void refusesATensorThatTheOverlayLacks() {
    refuses(source, Set.of("c"), "source has no tensor c");
  }

  @Test
  void refusesAnotherShape() {
    refuses(
        new FakeView("other", new TensorInfo("b", GgmlType.F32, Shape.of(5))),
        Set.of("b"),
        "b is 4 in base but 5 in other");
  }

  private void refuses(ModelView overlay, Set<String> names, String message) {
    assertThatThrownBy(() -> new OverlayView(base, overlay, names))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
