package dev.quern.verifier.sanity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.ModelView;
import dev.quern.formats.Shape;
import dev.quern.verifier.MapModel;
import dev.quern.verifier.Progress;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SanityTest {
  private static final int STRING = 8;
  private static final int FLOAT = 6;
  private static final int INT = 5;
  private static final List<String> TOKENS = List.of("<unk>", "<s>", "</s>", "▁a", "b", "▁ab");

  @Test
  void findsNothingInASoundModel() {
    assertThat(findings(sound())).isEmpty();
  }

  @Test
  void findsWeightsThatAreNotFinite() {
    float[] weights = ones(64);
    weights[40] = Float.NaN;
    MapModel model = sound().with("blk.0.x.weight", GgmlType.F32, Shape.of(32, 2), weights);
    assertThat(findings(model))
        .containsExactly(
            Finding.fault(
                "weights",
                "tensor blk.0.x.weight: 1 of 64 weights are not finite, the first in row 1"));
  }

  @Test
  void findsTheDamagedScaleOfABlock() {
    MapModel model = sound();
    model.with("blk.0.q.weight", GgmlType.Q8_0, Shape.of(32, 2), ones(64));
    model
        .tensor("blk.0.q.weight")
        .orElseThrow()
        .mapped()
        .orElseThrow()
        .set(ValueLayout.JAVA_BYTE, 1, (byte) 0x7c); // F16 infinity and above
    assertThat(findings(model)).hasSize(1).allMatch(Finding::isFault);
  }

  @Test
  void findsAMatrixOfZerosButNotABias() {
    MapModel model =
        sound()
            .with("blk.0.x.weight", GgmlType.F32, Shape.of(32, 2), 0)
            .with("blk.0.x.bias", GgmlType.F32, Shape.of(32), 0);
    assertThat(findings(model))
        .containsExactly(Finding.fault("weights", "tensor blk.0.x.weight: every weight is zero"));
  }

  @Test
  void findsDeadBlocksInRowsThatLive() {
    float[] weights = ones(128);
    Arrays.fill(weights, 32, 64, 0);
    MapModel model = sound().with("blk.0.x.weight", GgmlType.Q8_0, Shape.of(64, 2), weights);
    assertThat(findings(model))
        .containsExactly(
            Finding.fault(
                "weights",
                "tensor blk.0.x.weight: 1 of 4 blocks of Q8_0 are zero in rows that are not"));
  }

  @Test
  void notesRowsOfZeros() {
    float[] weights = ones(96);
    Arrays.fill(weights, 32, 64, 0);
    ModelView model =
        sound().with("blk.0.x.weight", GgmlType.F32, Shape.of(32, 3), weights).computed();
    assertThat(findings(model))
        .containsExactly(Finding.note("weights", "tensor blk.0.x.weight: 1 of 3 rows are zero"));
  }

  @Test
  void findsAVocabularyOfAnotherSizeThanTheEmbedding() {
    MapModel model = sound().with("token_embd.weight", GgmlType.F32, Shape.of(32, 7), ones(224));
    assertThat(problems(model))
        .containsExactly("tokenizer.ggml.tokens has 6 tokens, and token_embd.weight 7 rows");
  }

  @Test
  void findsASpecialTokenOutOfRange() {
    MapModel model = sound().with("tokenizer.ggml.eos_token_id", new Uint32(6));
    assertThat(problems(model))
        .contains("tokenizer.ggml.eos_token_id is 6, and there are 6 tokens");
  }

  @Test
  void findsAMissingLayer() {
    MapModel model = sound().with("llama.block_count", new Uint32(2));
    assertThat(problems(model))
        .containsExactly(
            "llama.block_count is 2, and tensors of 1 layers are there, the last of layer 0");
  }

  @Test
  void findsATemplateThatCannotBeRendered() {
    MapModel model =
        sound().with("tokenizer.chat_template", new Text("{% for m in messages %}{{ m.content }}"));
    assertThat(findings(model)).hasSize(1).allMatch(Finding::isFault);
    assertThat(problems(model).getFirst()).startsWith("tokenizer.chat_template cannot be rendered");
  }

  @Test
  void holdsTheTemplateAgainstTheSource() {
    MapModel model = sound().with("tokenizer.chat_template", new Text("{{ bos_token }}hello"));
    MapModel source = sound().with("tokenizer.chat_template", new Text("{{ bos_token }}hallo"));
    assertThat(against(model, source))
        .containsExactly(
            "tokenizer.chat_template renders the sample conversation as \"<s>hello\", the source's"
                + " as \"<s>hallo\"");
    assertThat(against(sound(), source)).hasSize(1);
    assertThat(against(model, model)).isEmpty();
  }

  private static MapModel sound() {
    return new MapModel()
        .with("general.architecture", new Text("llama"))
        .with("llama.block_count", new Uint32(1))
        .with("tokenizer.ggml.model", new Text("llama"))
        .with("tokenizer.ggml.tokens", array(STRING, TOKENS.stream().map(Text::new).toList()))
        .with(
            "tokenizer.ggml.scores",
            array(FLOAT, TOKENS.stream().map(_ -> new Float32(-1)).toList()))
        .with(
            "tokenizer.ggml.token_type",
            array(
                INT,
                TOKENS.stream().map(token -> new Int32(token.startsWith("<") ? 3 : 1)).toList()))
        .with("tokenizer.ggml.bos_token_id", new Uint32(1))
        .with("tokenizer.ggml.eos_token_id", new Uint32(2))
        .with("tokenizer.ggml.unknown_token_id", new Uint32(0))
        .with("token_embd.weight", GgmlType.F32, Shape.of(32, 6), ones(192))
        .with("blk.0.attn_norm.weight", GgmlType.F32, Shape.of(32), ones(32));
  }

  private static Array array(int type, List<? extends MetadataValue> values) {
    return new Array(type, new ArrayList<>(values));
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  private static List<Finding> findings(ModelView model) {
    return Sanity.of(model, 2, Progress.none()).findings();
  }

  private static List<String> problems(ModelView model) {
    return findings(model).stream().map(Finding::problem).toList();
  }

  private static List<String> against(ModelView model, ModelView source) {
    return Sanity.of(model, source, 2, Progress.none()).findings().stream()
        .map(Finding::problem)
        .toList();
  }
}
