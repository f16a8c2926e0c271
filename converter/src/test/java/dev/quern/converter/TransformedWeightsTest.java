package dev.quern.converter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.BlockData;
import dev.quern.formats.DType;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Le;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.TensorData;
import dev.quern.formats.architecture.TensorMapping;
import dev.quern.formats.architecture.Transform;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TransformedWeightsTest {
  @Test
  void ungroupsHeadsIntoQueriesKeysAndValues() {
    // two groups of two queries, a key and a value, a row each
    TransformedWeights weights = of(new Transform.UngroupHeads(2, 2), numbers(0, Shape.of(1, 8)));
    assertThat(all(weights)).containsExactly(0, 1, 4, 5, 2, 6, 3, 7);
  }

  @Test
  void ungroupsTheBiasAsTheRows() {
    TransformedWeights weights = of(new Transform.UngroupHeads(2, 1), numbers(0, Shape.of(12)));
    assertThat(all(weights)).containsExactly(0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11);
  }

  @Test
  void takesSomeRowsOfEverySoMany() {
    TransformedWeights weights = of(new Transform.TakeRows(3, 1, 2), numbers(0, Shape.of(2, 6)));
    assertThat(weights.shape()).isEqualTo(Shape.of(2, 4));
    assertThat(all(weights)).containsExactly(2, 3, 4, 5, 8, 9, 10, 11);
  }

  @Test
  void transposesEachMatrixOfAStack() {
    Transform transform = new Transform.Stack(2).then(new Transform.Transpose());
    TransformedWeights weights =
        of(transform, numbers(0, Shape.of(3, 2)), numbers(10, Shape.of(3, 2)));
    assertThat(weights.shape()).isEqualTo(Shape.of(2, 3, 2));
    assertThat(all(weights)).containsExactly(0, 3, 1, 4, 2, 5, 10, 13, 11, 14, 12, 15);
  }

  @Test
  void givesEveryRowTheLengthOne() {
    TransformedWeights weights = of(new Transform.UnitRows(), numbers(3, Shape.of(2, 2)));
    assertThat(weights.type()).isEqualTo(GgmlType.F32);
    float second = (float) Math.sqrt(25 + 36);
    assertThat(all(weights)).containsExactly(.6f, .8f, 5 / second, 6 / second);
    assertThat(all(of(new Transform.UnitRows(), numbers(0, Shape.of(1, 1))))).containsExactly(0);
  }

  @Test
  void carriesOutOneStepAfterAnother() {
    Transform transform = new Transform.TakeRows(8, 4, 4).then(new Transform.PermuteRotary(1));
    assertThat(all(of(transform, numbers(0, Shape.of(1, 8))))).containsExactly(4, 6, 5, 7);
  }

  /// What is read must not depend on where reading begins and ends.
  @Test
  void readsTheSameInAnyPieces() {
    List<Transform> transforms =
        List.of(
            new Transform.Transpose(),
            new Transform.UnitRows(),
            new Transform.UngroupHeads(2, 1),
            new Transform.TakeRows(6, 2, 3),
            new Transform.PermuteRotary(3),
            new Transform.Stack(2),
            new Transform.Stack(2).then(new Transform.Transpose()));
    for (Transform transform : transforms) {
      SourceTensor[] sources = {numbers(0, Shape.of(5, 12)), numbers(100, Shape.of(5, 12))};
      boolean stacks = transform.shape(Shape.of(5, 12)).rank() == 3;
      TransformedWeights weights = stacks ? of(transform, sources) : of(transform, sources[0]);
      float[] whole = all(weights);
      for (int first = 0; first < whole.length; first += 7) {
        for (int count = 1; first + count <= whole.length; count += 5) {
          float[] part = new float[count];
          weights.reader().read(first, count, part);
          for (int i = 0; i < count; i++) {
            assertThat(part[i]).as("%s from %d", transform, first).isEqualTo(whole[first + i]);
          }
        }
      }
    }
  }

  /// Every pattern of 16 bits, NaN with a payload too, in any piece.
  @Test
  void movesNumbersBitByBit() {
    List<Transform> transforms =
        List.of(
            new Transform.Keep(),
            new Transform.Transpose(),
            new Transform.UngroupHeads(2, 2),
            new Transform.TakeRows(8, 2, 3),
            new Transform.PermuteRotary(4),
            new Transform.PermuteRotary(4).then(new Transform.Transpose()));
    short[] bits = new short[1 << 16];
    int[] places = new int[bits.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = (short) i;
      places[i] = i;
    }
    Shape shape = Shape.of(64, 1024);
    SourceTensor halves = tensor(DType.F16, shape, MemorySegment.ofArray(bits));
    SourceTensor brains = tensor(DType.BF16, shape, MemorySegment.ofArray(bits));
    SourceTensor singles = tensor(DType.F32, shape, MemorySegment.ofArray(places));
    for (Transform transform : transforms) {
      float[] wanted = all(of(transform, numbers(0, shape)));
      BlockData moved = of(transform, halves).reader().blocks().orElseThrow();
      BlockData brain = of(transform, brains).reader().blocks().orElseThrow();
      BlockData single = of(transform, singles).reader().blocks().orElseThrow();
      for (int first = 0; first < wanted.length; first += 9001) {
        int count = Math.min(9001, wanted.length - first);
        short[] got = new short[count];
        moved.read(first, count, MemorySegment.ofArray(got));
        short[] gotBrain = new short[count];
        brain.read(first, count, MemorySegment.ofArray(gotBrain));
        assertThat(gotBrain).isEqualTo(got);
        int[] gotSingle = new int[count];
        single.read(first, count, MemorySegment.ofArray(gotSingle));
        for (int i = 0; i < count; i++) {
          assertThat(got[i]).isEqualTo((short) wanted[first + i]);
          assertThat(gotSingle[i]).isEqualTo((int) wanted[first + i]);
        }
      }
    }
  }

  @Test
  void stacksNumbersBitByBit() {
    SourceTensor one = bfloats(0x7f81, 2);
    SourceTensor other = bfloats(3, 0xff92);
    short[] got = new short[3];
    BlockData moved = of(new Transform.Stack(2), one, other).reader().blocks().orElseThrow();
    moved.read(0, 3, MemorySegment.ofArray(got));
    assertThat(got).containsExactly(0x7f81, 2, 3);
    moved.read(3, 1, MemorySegment.ofArray(got));
    assertThat(got[0]).isEqualTo((short) 0xff92);
  }

  @Test
  void rowsForTheEngineAreMovedBitByBit() {
    SourceTensor brains = bfloats(0x7f81, 1, 2, 0xff92);
    TensorMapping mapping =
        new TensorMapping("q", Shape.of(1, 4), List.of(brains), permuted(Shape.of(1, 4)));
    TensorData rows = SourceWeight.of(mapping).asTensorData(GgmlType.BF16);
    short[] got = new short[3];
    rows.read(1, 3, MemorySegment.ofArray(got));
    assertThat(got).containsExactly(2, 1, (short) 0xff92);
    assertThatThrownBy(() -> rows.read(2, 3, MemorySegment.ofArray(got)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static Transform permuted(Shape shape) {
    return new Transform.Reshape(shape).then(new Transform.PermuteRotary(1));
  }

  @Test
  void movesNothingThatIsComputed() {
    SourceTensor brains = bfloats(1, 2);
    for (Transform transform :
        List.of(
            new Transform.Each(Transform.Function.PLUS_ONE),
            new Transform.UnitRows(),
            new Transform.Divide(2))) {
      assertThat(of(transform, brains).reader().blocks()).as("%s", transform).isEmpty();
    }
  }

  @Test
  void addsOneInSinglePrecision() {
    Transform plusOne = new Transform.Each(Transform.Function.PLUS_ONE);
    short tiny = Float.floatToFloat16(0.0006f);
    SourceTensor half = tensor(DType.F16, Shape.of(1), MemorySegment.ofArray(new short[] {tiny}));
    TransformedWeights halves = of(plusOne, half);
    assertThat(halves.type()).isEqualTo(GgmlType.F32);
    assertThat(all(halves)).containsExactly(1 + Float.float16ToFloat(tiny));
    TransformedWeights brain = of(plusOne, bfloats(0x3a1d));
    assertThat(brain.type()).isEqualTo(GgmlType.F32);
    assertThat(all(brain)).containsExactly(1 + Float.intBitsToFloat(0x3a1d0000));
  }

  @Test
  void refusesWhatDoesNotDivide() {
    assertThatThrownBy(() -> of(new Transform.UngroupHeads(3, 1), numbers(0, Shape.of(1, 8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("8 rows are no 3 groups of 3 heads");
    assertThatThrownBy(() -> of(new Transform.TakeRows(4, 2, 3), numbers(0, Shape.of(1, 8))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static TransformedWeights of(Transform transform, SourceTensor... sources) {
    return TransformedWeights.of(List.of(sources), transform);
  }

  private static float[] all(TransformedWeights weights) {
    float[] values = new float[Math.toIntExact(weights.shape().elements())];
    weights.reader().read(0, values.length, values);
    return values;
  }

  private static SourceTensor numbers(int first, Shape shape) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[(int) (4 * shape.elements())]);
    for (int i = 0; i < shape.elements(); i++) {
      bytes.set(Le.FLOAT, 4L * i, first + i);
    }
    return tensor(DType.F32, shape, bytes);
  }

  private static SourceTensor bfloats(int... bits) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[2 * bits.length]);
    for (int i = 0; i < bits.length; i++) {
      bytes.set(Le.SHORT, 2L * i, (short) bits[i]);
    }
    return tensor(DType.BF16, Shape.of(bits.length), bytes);
  }

  private static SourceTensor tensor(DType dtype, Shape shape, MemorySegment bytes) {
    return new SourceTensor("t", dtype, shape, bytes, Path.of("model.safetensors"));
  }
}
