package dev.quern.formats.flax;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.Golden;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.Mutations;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged and hostile files of Flax's and EasyLM's.
final class MalformedFlaxTest {
  private static Hostile hostile(String message, byte[]... parts) {
    return new Hostile(message, MessageBytes.joined(parts));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Hostile(String message, byte[] bytes) {
    @Override
    public String toString() {
      return message;
    }
  }

  static Stream<Hostile> refused() {
    byte[] good = MessageBytes.array("float32", 8, 2);
    byte[] maps = new byte[2 * 40];
    for (int i = 0; i < maps.length; i += 2) {
      maps[i] = (byte) 0x81;
      maps[i + 1] = (byte) 0xa0;
    }
    byte[] most = new byte[5];
    Arrays.fill(most, (byte) -1);
    byte[] manyEntries = most.clone();
    manyEntries[0] = (byte) 0xdd;
    byte[] manyPairs = most.clone();
    manyPairs[0] = (byte) 0xdf;
    byte[] longBytes = most.clone();
    longBytes[0] = (byte) 0xc6;
    byte[] name = {(byte) 0x92, (byte) 0x91, (byte) 0xa1, 'a'};
    return Stream.of(
        hostile("the file is empty"),
        hostile("there is no array in it", MessageBytes.pair(new byte[] {7}, "step")),
        hostile("but only", manyPairs),
        hostile("but only", manyEntries),
        hostile("wanted bytes, found 07 (at byte 4)", name, new byte[] {7}),
        hostile("but only", name, longBytes),
        hostile(
            "a list of 3 lies where a name and its value were wanted",
            new byte[] {(byte) 0x93, 1, 1, 1}),
        hostile("maps are nested deeper than 32", maps),
        hostile(
            "array a has the extent -1", MessageBytes.pair(MessageBytes.array("int8", 1, -1), "a")),
        hostile(
            "array a has the extent 1099511627776",
            MessageBytes.pair(MessageBytes.array("int8", 1, 1L << 40), "a")),
        hostile(
            "array a has the extent 2147483647",
            MessageBytes.pair(
                MessageBytes.array(
                    "int8", 1, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE),
                "a")),
        hostile(
            "array a has 9 extents",
            MessageBytes.pair(MessageBytes.array("int8", 1, 1, 1, 1, 1, 1, 1, 1, 1, 1), "a")),
        hostile(
            "array a has 7 bytes of numbers, wanted 8 for F32 of 2",
            MessageBytes.pair(MessageBytes.array("float32", 7, 2), "a")),
        hostile(
            "array a is of type object",
            MessageBytes.pair(MessageBytes.array("object", 8, 1), "a")),
        hostile(
            "array a.b is there twice",
            MessageBytes.pair(good, "a", "b"),
            MessageBytes.pair(good, "a", "b")),
        hostile(
            "with params. before it and without",
            MessageBytes.pair(good, "params", "a"),
            MessageBytes.pair(good, "params", "params", "a")),
        hostile(
            "a ends here, but its bytes do not",
            MessageBytes.pair(Arrays.copyOf(good, good.length + 1), "a")),
        hostile(
            "a list or map lies where an array was wanted",
            MessageBytes.pair(new byte[] {(byte) 0x90}, "a")),
        hostile("wanted a value", MessageBytes.pair(new byte[] {(byte) 0xc1}, "a")),
        hostile("in chunks has 1 fields, wanted a mark, shape and chunks", chunked(1, "", 0, 0)),
        hostile("in chunks has the key \"form\", wanted \"shape\"", chunked(3, "form", 2, 1)),
        hostile("array a has 9 extents", chunked(3, "shape", 9, 1)),
        hostile("array a has no chunks", chunked(3, "shape", 2, 0)),
        hostile("array a has 4 numbers in its chunks, wanted 9", chunked(3, "shape", 2, 1)),
        hostile("array a has chunks of I8 and of F32", chunked(3, "shape", 2, 2)),
        hostile(
            "the map of weights ends here",
            MessageBytes.bytes(packer -> packer.packMapHeader(1).packString("a").packLong(1)),
            good),
        hostile("a string has 300 bytes", MessageBytes.pair(good, "a".repeat(300))),
        hostile(
            "a string is no UTF-8",
            new byte[] {(byte) 0x92, (byte) 0x91, (byte) 0xa1, (byte) 0xff, 0}));
  }

  /// An array `a` in chunks of four numbers, the extents of which are all 3.
  private static byte[] chunked(int fields, String shape, int extents, int chunks) {
    return MessageBytes.bytes(
        packer -> {
          packer.packMapHeader(1).packString("a").packMapHeader(fields);
          packer.packString(FlaxChunks.MARK).packBoolean(true);
          packer.packString(shape).packMapHeader(extents);
          for (int i = 0; i < extents; i++) {
            packer.packString(String.valueOf(i)).packLong(3);
          }
          packer.packString("chunks").packMapHeader(chunks);
          for (int i = 0; i < chunks; i++) {
            byte[] array = MessageBytes.array(i == 0 ? "int8" : "float32", i == 0 ? 4 : 16, 4);
            packer.packString(String.valueOf(i)).addPayload(array);
          }
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refuses(Hostile hostile) {
    assertThatThrownBy(
            () ->
                FlaxFile.read(
                    Path.of("m"), MemorySegment.ofArray(hostile.bytes()), new HeapBudget(1 << 20)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageStartingWith("m: ")
        .hasMessageContaining(hostile.message());
  }

  @Test
  void refusesMoreNamesThanMemoryHolds() {
    List<byte[]> parts =
        IntStream.range(0, 100)
            .mapToObj(i -> MessageBytes.pair(MessageBytes.array("int8", 1, 1), "a" + i))
            .toList();
    byte[] bytes = MessageBytes.joined(parts.toArray(byte[][]::new));
    assertThatThrownBy(
            () -> FlaxFile.read(Path.of("m"), MemorySegment.ofArray(bytes), new HeapBudget(10_000)))
        .hasMessageContaining("its names and extents would fill more than the 10000 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"stream", "tree.msgpack"})
  void readsOrRefusesDamagedFiles(String name) {
    Mutations.show(
        Golden.bytes("flax/" + name),
        300,
        bytes ->
            FlaxFile.read(Path.of("m"), MemorySegment.ofArray(bytes), new HeapBudget(1 << 20)));
  }
}
