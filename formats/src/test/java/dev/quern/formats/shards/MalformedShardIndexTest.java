package dev.quern.formats.shards;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.io.HeapBudget;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class MalformedShardIndexTest {
  private static final Path FILE = Path.of("index.json");

  private static ShardIndex read(String text) {
    MemorySegment bytes = MemorySegment.ofArray(text.getBytes(UTF_8));
    return ShardIndex.read(FILE, ".safetensors", bytes, new HeapBudget(1 << 12));
  }

  @Test
  void readsShardsInOrder() {
    ShardIndex index =
        read("{\"weight_map\":{\"a\":\"2.safetensors\",\"b\":\"1.safetensors\"},\"x\":[1]}");

    assertThat(index.shards()).containsExactly("1.safetensors", "2.safetensors");
    assertThat(index.shardOf()).containsEntry("a", "2.safetensors");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("indexes")
  void refuses(String text, String message) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage("index.json: " + message);
  }

  static Stream<Arguments> indexes() {
    return Stream.of(
        arguments("", "the index is empty, not an object (at byte 0)"),
        arguments("[]", "the index is an array, not an object (at byte 0)"),
        arguments("{}", "weight_map is missing: no tensor has a shard"),
        arguments("{\"weight_map\":{}}", "weight_map is empty: no tensor has a shard"),
        arguments("{\"weight_map\":[]}", "weight_map is an array, not an object (at byte 14)"),
        arguments("{\"weight_map\":{\"a\":1}}", "shard of a is 1, not a string (at byte 19)"),
        arguments(
            "{\"weight_map\":{\"a\":\"x.safetensors\",\"a\":\"y.safetensors\"}}",
            "not JSON: Duplicate field 'a' (at byte 38)"),
        arguments(map("../x.safetensors"), shard("../x.safetensors")),
        arguments(map("/etc/x.safetensors"), shard("/etc/x.safetensors")),
        arguments(map("C:x.safetensors"), shard("C:x.safetensors")),
        arguments(map("a\\\\b.safetensors"), shard("a\\b.safetensors")),
        arguments(map("x.bin"), shard("x.bin")),
        arguments(map(".safetensors"), shard(".safetensors")),
        arguments(map("x\\u0000.safetensors"), shard("x\\u0000.safetensors")),
        arguments(
            map("x.safetensors") + "}",
            "not JSON: Unexpected close marker '}': no open Object to close (at byte 36)"),
        arguments(
            "{\"weight_map\":{\"" + "a".repeat(5000) + "\":\"x.safetensors\"}}",
            "its weight_map would fill more than the 4096 bytes of memory that may be used for it; if"
                + " the file is what it should be, give Java more (-Xmx)"));
  }

  @Test
  void refusesAFileThatIsFarTooLong(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("index.json");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(100_000_001);
    }

    assertThatThrownBy(() -> ShardIndex.read(path, ".safetensors", HeapBudget.ofThisJvm()))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(path + ": the index has 100000001 bytes, wanted at most 100000000");
  }

  private static String map(String shard) {
    return "{\"weight_map\":{\"a\":\"" + shard + "\"}}";
  }

  private static String shard(String name) {
    return "shard of a is \""
        + name
        + "\", wanted the plain name of a .safetensors file beside the index (at byte 19)";
  }
}
