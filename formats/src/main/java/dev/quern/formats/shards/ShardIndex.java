package dev.quern.formats.shards;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.io.JsonCursor;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// The index of a model in several files: which shard every tensor lies in.
///
/// @param path of the index; shards lie beside it
/// @param shardOf file name of the shard, by tensor name
public record ShardIndex(Path path, Map<String, String> shardOf) {
  static final long LONGEST = 100_000_000;

  private static final Pattern FILE_NAME = Pattern.compile("[^/\\\\:\\p{Cntrl}]+");

  public ShardIndex {
    shardOf = Collections.unmodifiableMap(shardOf);
  }

  /// Reads the index at `path` without looking at its shards, whose names must end in `suffix`.
  public static ShardIndex read(Path path, String suffix, HeapBudget budget) {
    try (MappedFile mapped = MappedFile.open(path)) {
      return read(path, suffix, mapped.bytes(), budget);
    }
  }

  /// Reads `bytes` as if they were the content of `path`.
  static ShardIndex read(Path path, String suffix, MemorySegment bytes, HeapBudget budget) {
    if (bytes.byteSize() > LONGEST) {
      throw new MalformedFileException(
          path, "the index has " + bytes.byteSize() + " bytes, wanted at most " + LONGEST);
    }
    Map<String, String> shardOf = new HashMap<>();
    try (JsonCursor json = new JsonCursor(path, bytes, 0)) {
      boolean found = false;
      json.beginObject("the index");
      while (json.nextName()) {
        if (json.name().equals("weight_map")) {
          found = true;
          readWeightMap(path, suffix, json, budget, shardOf);
        } else {
          json.skip();
        }
      }
      json.end();
      if (!found || shardOf.isEmpty()) {
        throw new MalformedFileException(
            path, "weight_map is " + (found ? "empty" : "missing") + ": no tensor has a shard");
      }
    }
    return new ShardIndex(path, shardOf);
  }

  private static void readWeightMap(
      Path path, String suffix, JsonCursor json, HeapBudget budget, Map<String, String> shardOf) {
    Map<String, String> shards = new HashMap<>();
    json.beginObject("weight_map");
    while (json.nextName()) {
      String name = json.name();
      String shard = json.text("shard of " + name);
      if (!FILE_NAME.matcher(shard).matches() || !shard.endsWith(suffix) || shard.equals(suffix)) {
        throw json.malformed(
            ("shard of " + name + " is \"" + shard + "\", wanted the plain name of a " + suffix)
                + " file beside the index");
      }
      budget.chargeText(path, "weight_map", name.length() + 64L);
      if (!shards.containsKey(shard)) {
        budget.chargeText(path, "weight_map", shard.length() + 64L);
      }
      shardOf.put(name, shards.computeIfAbsent(shard, same -> same));
    }
  }

  /// The names of the shards, in order.
  public List<String> shards() {
    return shardOf.values().stream().distinct().sorted().toList();
  }
}
