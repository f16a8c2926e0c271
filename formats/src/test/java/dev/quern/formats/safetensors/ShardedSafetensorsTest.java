package dev.quern.formats.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsWriter.Entry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedSafetensorsTest {
  private static final String BOTH =
      """
      {"metadata": {"total_size": 3}, "weight_map": {"c": "1.safetensors", "a": "2.safetensors",
      "b": "1.safetensors"}}""";

  @TempDir Path folder;
  private Path index = Path.of("");

  @BeforeEach
  void writeShards() {
    index = folder.resolve("model.safetensors.index.json");
    shard("1.safetensors", "c", "b");
    shard("2.safetensors", "a");
  }

  @Test
  void listsShardsByNameAndTensorsByNameInside() throws IOException {
    Files.writeString(index, BOTH);
    try (Checkpoint model = ShardedSafetensors.open(index)) {
      assertThat(model.path()).isEqualTo(index);
      assertThat(model.tensors()).extracting(SourceTensor::name).containsExactly("b", "c", "a");
      assertThat(model.tensor("a").orElseThrow().file()).isEqualTo(folder.resolve("2.safetensors"));
      assertThat(model.tensor("d")).isEmpty();
    }
  }

  @Test
  void refusesAMissingShard() throws IOException {
    Files.writeString(index, BOTH.replace("2.safe", "3.safe"));
    refuses("shard 3.safetensors is not there: fetch it into the folder of the index");
  }

  @Test
  void refusesATensorInTwoShards() throws IOException {
    Files.writeString(index, BOTH);
    shard("2.safetensors", "a", "b");
    refuses("tensor b is in two shards, 1.safetensors and 2.safetensors");
  }

  @Test
  void refusesATensorThatIsNotInItsShard() throws IOException {
    Files.writeString(index, BOTH);
    shard("1.safetensors", "c");
    refuses("tensor b should be in shard 1.safetensors but is not");
  }

  @Test
  void refusesATensorInAnotherShardThanListed() throws IOException {
    Files.writeString(index, BOTH);
    shard("1.safetensors", "a", "b", "c");
    refuses("tensor a is in shard 1.safetensors but the index says 2.safetensors");
  }

  @Test
  void refusesATensorThatTheIndexDoesNotList() throws IOException {
    Files.writeString(index, BOTH);
    shard("2.safetensors", "a", "d");
    refuses("tensor d is in shard 2.safetensors but the index does not list it");
  }

  @Test
  void namesTheShardThatIsMalformed() throws IOException {
    Files.writeString(index, BOTH);
    Path second = Files.write(folder.resolve("2.safetensors"), new byte[3]);
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(second + ": the file has 3 bytes, safetensors files have at least 10");
  }

  private void refuses(String message) {
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(index + ": " + message);
  }

  private void shard(String file, String... names) {
    SafetensorsWriter.write(
        folder.resolve(file),
        Map.of(),
        Arrays.stream(names)
            .map(name -> new Entry(name, DType.U8, Shape.of(1), MemorySegment.ofArray(new byte[1])))
            .toList());
  }
}
