package dev.quern.formats.gguf;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Array;
import dev.quern.formats.MetadataValue.Bool;
import dev.quern.formats.MetadataValue.Float32;
import dev.quern.formats.MetadataValue.Float64;
import dev.quern.formats.MetadataValue.Int16;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Int64;
import dev.quern.formats.MetadataValue.Int8;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint16;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.MetadataValue.Uint64;
import dev.quern.formats.MetadataValue.Uint8;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// What `values.gguf` holds.
final class GoldenValues {
  static final Map<String, MetadataValue> METADATA = metadata();

  private GoldenValues() {}

  private static Map<String, MetadataValue> metadata() {
    Map<String, MetadataValue> values = new LinkedHashMap<>();
    values.put("general.architecture", new Text("golden"));
    values.put("z.uint8", new Uint8(255));
    values.put("z.int8", new Int8((byte) -128));
    values.put("y.uint16", new Uint16(65535));
    values.put("y.int16", new Int16((short) -32768));
    values.put("x.uint32", new Uint32(4294967295L));
    values.put("x.int32", new Int32(-2147483648));
    values.put("w.uint64", new Uint64(-1));
    values.put("w.int64", new Int64(Long.MIN_VALUE));
    values.put("v.float32", new Float32(0.1f));
    values.put("v.float64", new Float64(0.1));
    values.put("u.true", new Bool(true));
    values.put("u.false", new Bool(false));
    values.put("t.string", new Text("naïve 模型 🜁\n"));
    values.put(
        "s.strings", Array.ofTexts(IntStream.range(0, 100).mapToObj(i -> "token " + i).toList()));
    values.put("s.ints", Array.ofInt32(List.of(1, -2, 3)));
    values.put("s.floats", Array.ofFloat32(List.of(0.5f, -1.25f)));
    values.put("s.bools", new Array(7, List.of(new Bool(true), new Bool(false), new Bool(true))));
    values.put("s.bytes", new Array(0, List.of(new Uint8(0), new Uint8(127), new Uint8(255))));
    values.put(
        "s.nested",
        new Array(9, List.of(Array.ofTexts(List.of("a", "b")), Array.ofTexts(List.of("c")))));
    return values;
  }
}
