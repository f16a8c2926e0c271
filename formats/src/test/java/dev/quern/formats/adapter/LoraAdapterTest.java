package dev.quern.formats.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.DType;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Mutations;
import dev.quern.formats.Shape;
import dev.quern.formats.safetensors.SafetensorsWriter;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Adapters made here, good and bad.
final class LoraAdapterTest {
  private static final String GOOD = "{\"peft_type\": \"LORA\", \"r\": 2, \"lora_alpha\": 4}";

  @TempDir private Path folder = Path.of("");
  private final List<Entry> entries = new ArrayList<>();

  @Test
  void readsPeftsNamesWithAndWithoutTheAdapters() {
    add("base_model.model.model.a.q.lora_A.weight", 8, 2);
    add("base_model.model.model.a.q.lora_B.weight", 2, 6);
    add("base_model.model.model.b.q.lora_A.default.weight", 8, 2);
    add("base_model.model.model.b.q.lora_B.default.weight", 2, 6);
    add("base_model.model.model.e.lora_embedding_A.default", 10, 2);
    add("base_model.model.model.e.lora_embedding_B", 2, 6);
    add("base_model.model.lm_head.modules_to_save.default.weight", 6, 10);
    add("base_model.model.norm.base_layer.weight", 6);

    try (LoraAdapter adapter = open(GOOD)) {
      assertThat(adapter.modules())
          .extracting(LoraModule::name)
          .containsExactlyInAnyOrder("model.a.q", "model.b.q", "model.e");
      assertThat(adapter.modules()).allMatch(module -> module.scale(1) == 2);
      assertThat(adapter.modules())
          .filteredOn(LoraModule::transposed)
          .singleElement()
          .matches(LoraModule::isEmbedding);
      assertThat(adapter.replacements())
          .extracting(tensor -> tensor.name())
          .containsExactlyInAnyOrder("lm_head.weight", "norm.weight");
    }
  }

  @Test
  void patternsSetRanksAndScales() {
    module("model.layers.0.q", 3);
    module("model.layers.1.q", 2);
    module("model.layers.1.v", 2);
    String config =
        """
        {"r": 2, "lora_alpha": 4, "use_rslora": true, "rank_pattern": {"0.q": 3},
         "alpha_pattern": {"layers\\\\.[1-9]\\\\.q": 8, "v": 16}}
        """;
    try (LoraAdapter adapter = open(config)) {
      assertThat(adapter.modules())
          .extracting(module -> module.scale(1))
          .containsExactly(4 / Math.sqrt(3), 8 / Math.sqrt(2), 16 / Math.sqrt(2));
      assertThat(adapter.modules().getFirst().scale(0.5)).isEqualTo(2 / Math.sqrt(3));
    }
  }

  @Test
  void kohyasFilesNeedNoConfiguration() {
    add("lora_unet_x.lora_down.weight", 8, 4);
    add("lora_unet_x.lora_up.weight", 4, 6);
    addNumber("lora_unet_x.alpha", 2);
    add("y.lora.down.weight", 8, 4);
    add("y.lora.up.weight", 4, 6);
    Path file = write();

    try (LoraAdapter adapter = LoraAdapter.open(file)) {
      assertThat(adapter.config()).isEmpty();
      assertThat(adapter.modules())
          .extracting(LoraModule::name)
          .containsExactly("lora_unet_x", "y");
      assertThat(adapter.modules()).extracting(module -> module.scale(1)).containsExactly(0.5, 1.0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"r\": 4, \"lora_alpha\": 4}|has rank 2 (it is 8 x 2, row length first),"
            + " adapter_config.json says 4",
        "{\"r\": 2, \"lora_alpha\": NaN}|lora_alpha is NaN, not a finite number",
        "{\"r\": 2}|key lora_alpha is missing",
        "{\"lora_alpha\": 2}|key r is missing",
        "{\"r\": 0, \"lora_alpha\": 2}|the rank of all modules is 0, wanted 1 to 65536",
        "{\"r\": 9223372036854775807, \"lora_alpha\": 2}|the rank of all modules is"
            + " 9223372036854775807",
        "{\"r\": 2, \"lora_alpha\": 2, \"peft_type\": \"LOHA\"}|peft_type is LOHA, wanted LORA",
        "{\"r\": 2, \"lora_alpha\": 2, \"init_lora_weights\": \"pissa_niter_4\"}|init_lora_weights"
            + " is pissa_niter_4, which changed the base's weights",
        "{\"r\": 2, \"lora_alpha\": 2, \"layer_replication\": [[0, 4]]}|layer_replication is set",
        "{\"r\": 2, \"lora_alpha\": 2, \"use_dora\": true}|has no lora_magnitude_vector beside it",
        "{\"r\": 2, \"lora_alpha\": 2, \"rank_pattern\": {\"(\": 3}}|rank_pattern: \"(\" is no"
            + " pattern",
        "{\"r\": 2, \"lora_alpha\": 2, \"rank_pattern\": {\"a.q\": -3}}|the rank of a.q is -3",
        "[]|the file is an array, not an object"
      })
  void refusesConfigurations(String config, String message) {
    module("a.q", 2);
    refused(config, message);
  }

  @Test
  void refusesExpressionsThatGoRoundInCircles() {
    module("a".repeat(60) + ".q", 2);
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            refused(
                "{\"r\": 2, \"lora_alpha\": 2, \"alpha_pattern\": {\".*.*.*.*.*.*.*=\": 3}}",
                "takes too long"));
  }

  @Test
  void refusesFactorsThatDoNotFit() {
    add("a.q.lora_A.weight", 8, 2);
    refused(GOOD, "tensor a.q.lora_A.weight has no B (up) beside it");
    add("a.q.lora_B.weight", 3, 6);
    refused(GOOD, "tensor a.q.lora_B.weight is 3 x 6 (row length first), which has not the rank 2");
    entries.clear();
    add("a.q.lora_A.weight", 8, 2);
    add("a.q.lora_A.default.weight", 8, 2);
    refused(GOOD, "are the same of a.q");
    entries.clear();
    add("a.q.lora_A.weight", 2);
    add("a.q.lora_B.weight", 2, 6);
    refused(GOOD, "wanted matrices");
    entries.clear();
    add("a.q.lora_A.weight", 0, 2);
    add("a.q.lora_B.weight", 2, 0);
    refused(GOOD, "wanted matrices");
  }

  @Test
  void refusesOtherKindsOfAdapters() {
    add("lora_unet_x.hada_w1_a", 8, 4);
    Path file = write();
    assertThatThrownBy(() -> LoraAdapter.open(file).close())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining("is of a kind of adapter that is not known here");
    entries.clear();
    add("lora_unet_x.lora_down.weight", 8, 4);
    add("lora_unet_x.lora_up.weight", 4, 6);
    addNumber("lora_unet_x.alpha", Float.NaN);
    Path other = write();
    assertThatThrownBy(() -> LoraAdapter.open(other).close())
        .hasMessageContaining("tensor lora_unet_x.alpha is NaN, wanted a finite number");
    assertThatThrownBy(() -> LoraAdapter.open(folder.resolve("none")).close())
        .hasMessageContaining("no such file or folder");
    assertThatThrownBy(() -> LoraAdapter.open(folder).close())
        .hasMessageContaining("the folder has no adapter_config.json");
  }

  @Test
  void damagedConfigurationsAreRefusedOrRead() {
    module("a.q", 2);
    write();
    Path config = folder.resolve("adapter_config.json");
    byte[] good =
        """
        {"peft_type": "LORA", "r": 2, "lora_alpha": 4.5, "use_rslora": false, "bias": "none",
         "rank_pattern": {"a.q": 2}, "alpha_pattern": {"b.*": 3}, "init_lora_weights": true,
         "fan_in_fan_out": null, "alora_invocation_tokens": [1, 2]}
        """
            .getBytes(UTF_8);
    Mutations.show(
        good,
        400,
        bytes -> {
          try {
            Files.write(config, bytes);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          try (LoraAdapter adapter = LoraAdapter.open(folder)) {
            adapter.config().ifPresent(PeftConfig::invocation);
          }
        });
  }

  private void refused(String config, String message) {
    assertThatThrownBy(() -> open(config).close())
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContaining(message);
  }

  private LoraAdapter open(String config) {
    write();
    try {
      Files.writeString(folder.resolve("adapter_config.json"), config);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return LoraAdapter.open(folder);
  }

  private Path write() {
    Path file = folder.resolve("adapter_model.safetensors");
    SafetensorsWriter.write(file, Map.of(), entries);
    return file;
  }

  private void module(String name, int rank) {
    add("base_model.model." + name + ".lora_A.weight", 8, rank);
    add("base_model.model." + name + ".lora_B.weight", rank, 6);
  }

  private void add(String name, long... extents) {
    Shape shape = Shape.of(extents);
    byte[] bytes = new byte[(int) (4 * shape.elements())];
    entries.add(new Entry(name, DType.F32, shape, MemorySegment.ofArray(bytes)));
  }

  private void addNumber(String name, float value) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[4]);
    bytes.set(Le.FLOAT, 0, value);
    entries.add(new Entry(name, DType.F32, Shape.of(1), bytes));
  }
}
