package dev.quern.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Malformed weights and configurations, shown to `convert`.
class BadCheckpointTest {
  private static final String FIRST = "\"data_offsets\":[0,40960]";

  @TempDir Path folder;

  static Stream<Damage> safetensors() {
    return Stream.of(
        Damage.cut("the file has 0 bytes, safetensors files have at least 10", 0),
        Damage.cut("the file has 7 bytes, safetensors files have at least 10", 7),
        Damage.cut("header length is 2152 but only", 100),
        Damage.cut("tensors take 230016 bytes but 197840 follow the header, 32176 are", 200_000),
        Damage.bytes(
            "length of 2^60",
            "header length is 1152921504606846976, wanted 2 to 100000000 (at byte",
            new byte[] {0, 0, 0, 0, 0, 0, 0, 16, '{', '}'}),
        Damage.bytes(
            "negative length",
            "header length is 18446744073709551615, wanted 2 to 100000000 (at byte",
            new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, '{', '}'}),
        Damage.bytes(
            "an array",
            "header begins with byte 91, not with '{' (at byte 8)",
            new byte[] {2, 0, 0, 0, 0, 0, 0, 0, '[', ']'}),
        Damage.bytes(
            "not UTF-8",
            "the JSON text from byte 8 is not well-formed UTF-8",
            new byte[] {4, 0, 0, 0, 0, 0, 0, 0, '{', '"', -1, '"'}),
        Damage.header("not JSON", "header begins with byte 40, not with '{' (at byte 8)", "{", "("),
        Damage.header(
            "unknown type",
            "dtype of lm_head.weight is \"BF17\", an unknown type (at byte 66)",
            "BF16",
            "BF17"),
        Damage.header(
            "another width",
            "tensor lm_head.weight has 40960 bytes in data_offsets but F32 [320",
            "BF16",
            "F32"),
        Damage.header(
            "negative extent",
            "shape of lm_head.weight is -320, not a whole number of at least 0 and",
            "[320,64]",
            "[-320,-64]"),
        Damage.header(
            "enormous extents",
            "tensor lm_head.weight of shape [4294967296, 4294967296] has more than",
            "[320,64]",
            "[4294967296,4294967296]"),
        Damage.header(
            "an extent that is a fraction",
            "shape of lm_head.weight is 320.5, not a whole number of at least 0",
            "[320,64]",
            "[320.5,64]"),
        Damage.header(
            "a shape that is no array",
            "shape of lm_head.weight is 64, not an array (at byte 81)",
            "[320,64]",
            "64"),
        Damage.header(
            "no shape",
            "tensor lm_head.weight lacks one of dtype, shape and data_offsets ",
            "\"shape\":[320,64],",
            ""),
        Damage.header(
            "offsets backwards",
            "tensor lm_head.weight ends at 0, before its begin at 40960",
            FIRST,
            "\"data_offsets\":[40960,0]"),
        Damage.header(
            "offsets beyond the end",
            "tensor model.embed_tokens.weight begins at 40960 but 0 is next",
            FIRST,
            "\"data_offsets\":[9000000,9040960]"),
        Damage.header(
            "overlapping tensors",
            "tensor model.embed_tokens.weight begins at 40000 but 40960 is next",
            "[40960,81920]",
            "[40000,80960]"),
        Damage.header(
            "three offsets",
            "data_offsets of lm_head.weight has more than 2 numbers (at byte 110)",
            FIRST,
            "\"data_offsets\":[0,1,40960]"),
        Damage.header(
            "a name twice",
            "not JSON: Duplicate field 'lm_head.weight'",
            "model.embed_tokens.weight",
            "lm_head.weight"));
  }

  @ParameterizedTest
  @MethodSource("safetensors")
  void aBadSafetensorsFileIsRefused(Damage damage) {
    Refusal.of(TinyModel.LLAMA, "model.safetensors", damage, folder);
  }

  static Stream<Damage> indexes() {
    return Stream.of(
        Damage.text("empty", "the index is empty, not an object (at byte 0)", ""),
        Damage.text("not JSON", "not JSON: Unrecognized token 'weights'", "weights"),
        Damage.text("an array", "the index is an array, not an object (at byte 0)", "[]"),
        Damage.text("no map", "weight_map is missing", "{\"metadata\":{}}"),
        Damage.text(
            "a map that is a list",
            "weight_map is an array, not an object (at byte 14)",
            "{\"weight_map\":[]}"),
        Damage.text("an empty map", "weight_map is empty", "{\"weight_map\":{}}"),
        Damage.text(
            "a shard that is a number",
            "shard of lm_head.weight is 1, not a string (at byte 32)",
            "{\"weight_map\":{\"lm_head.weight\":1}}"),
        Damage.replaced(
            "a shard that is not there",
            "shard lost.safetensors is not there",
            "part.safetensors",
            "lost.safetensors"),
        Damage.replaced(
            "a shard outside",
            "shard of lm_head.weight is \"../part.safetensors\", wanted the plain",
            "part.safetensors",
            "../part.safetensors"),
        Damage.replaced(
            "an absolute shard",
            "shard of lm_head.weight is \"/part.safetensors\", wanted the plain name",
            "part.safetensors",
            "/part.safetensors"),
        Damage.replaced(
            "a shard without a name",
            "shard of lm_head.weight is \"\", wanted the plain name of a",
            "part.safetensors",
            ""),
        Damage.replaced(
            "a tensor that no shard has",
            "tensor lm_head.weight is in shard part.safetensors but the index does",
            "lm_head.weight",
            "lm_feet.weight"),
        Damage.cut("not JSON: Unexpected end-of-input in", 60),
        Damage.text(
            "deep", "the index is an array, not an object (at byte 0)", "[".repeat(100_000)));
  }

  @ParameterizedTest
  @MethodSource("indexes")
  void aBadIndexIsRefused(Damage damage) throws IOException {
    Path model = TinyModel.copy(TinyModel.LLAMA, folder.resolve("model"));
    Files.move(model.resolve("model.safetensors"), model.resolve("part.safetensors"));
    Path index = model.resolve("model.safetensors.index.json");
    TinyModel.write(index, TinyIndex.of(model.resolve("part.safetensors")));

    Refusal.of(index, damage, "convert", model, "--to", "Q8_0", "-o", folder.resolve("out"));
  }

  static Stream<Damage> configs() {
    return Stream.of(
        Damage.text("empty", "the file is empty, not an object (at byte 0)", ""),
        Damage.text("not JSON", "not JSON: Unrecognized token 'hidden_size'", "hidden_size: 64"),
        Damage.text("an array", "the file is an array, not an object (at byte 0)", "[]"),
        Damage.text("deep", "not JSON: Document nesting depth", "[".repeat(100_000)),
        Damage.cut("not JSON: Unexpected end-of-input in", 300),
        Damage.json(
            "no class", "architectures names no class", json -> json.remove("architectures")),
        Damage.json(
            "a class that is no list",
            "architectures is 5, not a string",
            json -> json.put("architectures", 5)),
        Damage.replaced(
            "unknown class",
            "architectures names GrinderForCausalLM",
            "LlamaForCausalLM",
            "GrinderForCausalLM"),
        Damage.json(
            "width as text",
            "hidden_size is \"64\", not a whole number below 2^63",
            json -> json.put("hidden_size", "64")),
        Damage.json(
            "negative width",
            "hidden_size is -64, wanted 1 to 1048576",
            json -> json.put("hidden_size", -64)),
        Damage.json(
            "enormous width",
            "hidden_size is 1099511627776, wanted 1 to 1048576",
            json -> json.put("hidden_size", 1L << 40)),
        Damage.json(
            "no heads",
            "num_attention_heads is 0, wanted 1 to 16384",
            json -> json.put("num_attention_heads", 0)),
        Damage.json(
            "a fraction of heads",
            "num_attention_heads is 7.5, not a whole number below 2^63",
            json -> json.put("num_attention_heads", 7.5)),
        Damage.json(
            "enormous depth",
            "num_hidden_layers is 2000000000, wanted 1 to 10000",
            json -> json.put("num_hidden_layers", 2_000_000_000)),
        Damage.json(
            "no epsilon",
            "rms_norm_eps is \"small\", not a finite number",
            json -> json.put("rms_norm_eps", "small")),
        Damage.json(
            "no context",
            "max_position_embeddings is 0, wanted 1 or more",
            json -> json.put("max_position_embeddings", 0)),
        Damage.json(
            "another activation",
            "hidden_act is \"gelu\", which a GGUF of this architecture has no way to",
            json -> json.put("hidden_act", "gelu")),
        Damage.json(
            "rope that is text",
            "rope_parameters is \"default\", not an object",
            json -> json.put("rope_parameters", "default")),
        Damage.json(
            "unknown rope",
            "rope_type is \"spiral\", which a GGUF of this architecture has no way",
            json -> json.withObject("/rope_parameters").put("rope_type", "spiral")),
        Damage.json(
            "a negative vocabulary",
            "vocab_size is -1, wanted 1 to 16777216",
            json -> json.put("vocab_size", -1)));
  }

  @ParameterizedTest
  @MethodSource("configs")
  void aBadConfigIsRefused(Damage damage) {
    Refusal.of(TinyModel.LLAMA, "config.json", damage, folder);
  }

  static List<String> missing() {
    return List.of("config.json", "model.safetensors", "tokenizer.model");
  }

  @ParameterizedTest
  @MethodSource("missing")
  void aMissingFileIsNamed(String name) throws IOException {
    Path model = TinyModel.copy(TinyModel.LLAMA, folder.resolve("model"));
    Files.delete(model.resolve(name));

    Run run = Run.of("convert", model, "--to", "Q8_0", "-o", folder.resolve("out"));

    Refusal.check(run, model, "");
  }
}
