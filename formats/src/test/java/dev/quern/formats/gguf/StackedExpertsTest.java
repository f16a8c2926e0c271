package dev.quern.formats.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Mixtures of experts of which each is a tensor.
final class StackedExpertsTest {
  private static final int EXPERTS = 3;

  @TempDir private Path folder = Path.of("");

  @Test
  void putsTheRowsOfExpertsOneBehindTheOther() throws IOException {
    List<TensorInfo> tensors = new ArrayList<>();
    tensors.add(matrix("token_embd.weight", GgmlType.F16, 32, 7));
    for (int expert = 0; expert < EXPERTS; expert++) {
      tensors.add(matrix("blk.0.ffn_down." + expert + ".weight", GgmlType.Q4_0, 64, 5));
      tensors.add(matrix("blk.0.ffn_gate." + expert + ".weight", GgmlType.Q8_0, 32, 4));
    }
    tensors.add(matrix("blk.0.ffn_gate_inp.weight", GgmlType.F32, 32, 3));
    try (GgufModel model = GgufModel.open(write(tensors))) {
      StackedExperts experts = StackedExperts.of(model);
      ModelView view = experts.view();
      assertThat(view.tensors())
          .extracting(TensorInfo::name)
          .containsExactly(
              "token_embd.weight",
              "blk.0.ffn_down_exps.weight",
              "blk.0.ffn_gate_exps.weight",
              "blk.0.ffn_gate_inp.weight");
      assertThat(experts.nameOf("blk.0.ffn_down.2.weight")).isEqualTo("blk.0.ffn_down_exps.weight");
      TensorData down = view.tensor("blk.0.ffn_down_exps.weight").orElseThrow();
      assertThat(down.info().shape()).isEqualTo(Shape.of(64, 5, EXPERTS));
      assertThat(down.info().type()).isEqualTo(GgmlType.Q4_0);
      assertThat(rows(down, 0, 15)).isEqualTo(joined(model, "blk.0.ffn_down."));
      byte[] some = new byte[7 * 36];
      System.arraycopy(joined(model, "blk.0.ffn_down."), 4 * 36, some, 0, some.length);
      assertThat(rows(down, 4, 7)).isEqualTo(some);
    }
  }

  @Test
  void leavesOtherModelsAlone() throws IOException {
    Path file = write(List.of(matrix("blk.0.ffn_down_exps.weight", GgmlType.F32, 8, 2)));
    try (GgufModel model = GgufModel.open(file)) {
      StackedExperts experts = StackedExperts.of(model);
      assertThat(experts.view()).isSameAs(model);
      assertThat(experts.nameOf("blk.0.ffn_down_exps.weight"))
          .isEqualTo("blk.0.ffn_down_exps.weight");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "blk.0.ffn_up.0.weight, F32, blk.0.ffn_up.2.weight, F32, wanted matrices 0 to 2",
    "blk.0.ffn_up.0.weight, F32, blk.0.ffn_up.1.weight, F16, one tensor of experts has one type",
    "blk.0.ffn_up.0.weight, F32, blk.0.ffn_up_exps.weight, F32, 'is there, and experts'",
    "blk.0.ffn_up_exps.weight, F32, blk.0.ffn_up.0.weight, F32, 'is there, and experts'"
  })
  void refusesExpertsThatDoNotFitEachOther(
      String first, GgmlType firstType, String second, GgmlType secondType, String problem)
      throws IOException {
    Path file = write(List.of(matrix(first, firstType, 8, 2), matrix(second, secondType, 8, 2)));
    try (GgufModel model = GgufModel.open(file)) {
      assertThatThrownBy(() -> StackedExperts.of(model))
          .isInstanceOf(MalformedFileException.class)
          .hasMessageContaining(file.toString())
          .hasMessageContaining(problem);
    }
  }

  @Test
  void takesNoNumberTwice() throws IOException {
    List<TensorInfo> tensors =
        List.of(
            matrix("blk.0.ffn_up.0.weight", GgmlType.F32, 8, 2),
            matrix("blk.0.ffn_up.00.weight", GgmlType.F32, 8, 2));
    try (GgufModel model = GgufModel.open(write(tensors))) {
      assertThat(StackedExperts.of(model).view().tensors())
          .extracting(TensorInfo::name)
          .containsExactly("blk.0.ffn_up_exps.weight", "blk.0.ffn_up.00.weight");
    }
  }

  private static TensorInfo matrix(String name, GgmlType type, long length, long rows) {
    return new TensorInfo(name, type, Shape.of(length, rows));
  }

  private Path write(List<TensorInfo> tensors) throws IOException {
    GgufLayout layout = GgufLayout.of(Map.of("general.architecture", new Text("llama")), tensors);
    byte[] bytes = new byte[(int) layout.fileSize()];
    new Random(7).nextBytes(bytes);
    MemorySegment header = layout.header();
    MemorySegment.copy(header, 0, MemorySegment.ofArray(bytes), 0, header.byteSize());
    return Files.write(folder.resolve("m.gguf"), bytes);
  }

  private static byte[] rows(TensorData tensor, long from, long count) {
    byte[] bytes = new byte[(int) (count * tensor.info().rowBytes())];
    tensor.read(from, count, MemorySegment.ofArray(bytes));
    return bytes;
  }

  private static byte[] joined(GgufModel model, String prefix) {
    byte[] all = new byte[0];
    for (int expert = 0; expert < EXPERTS; expert++) {
      byte[] one =
          model
              .tensor(prefix + expert + ".weight")
              .orElseThrow()
              .mapped()
              .orElseThrow()
              .toArray(ValueLayout.JAVA_BYTE);
      byte[] longer = new byte[all.length + one.length];
      System.arraycopy(all, 0, longer, 0, all.length);
      System.arraycopy(one, 0, longer, all.length, one.length);
      all = longer;
    }
    return all;
  }
}
