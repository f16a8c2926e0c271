package dev.quern.formats.tokenfiles;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.subwords.ByteLevel;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file of tiktoken's: a line for each token, its bytes in base 64, a space, and its rank, which
/// is its id; of two neighbours that make a token together, those of the lowest rank become one
/// first.
///
/// @param ids rank by token, whose bytes are written as the characters of [ByteLevel]
public record TiktokenRanks(Path file, Map<String, Integer> ids) {
  private static final Pattern LINE = Pattern.compile("([A-Za-z0-9+/]+={0,2}) ([0-9]{1,8})\r?");
  private static final int LONGEST_LINE = 1 << 12;
  private static final int MOST = 1 << 21;
  private static final int ENTRY_COST = 200;

  /// Two neighbours that become one.
  public record Merge(String left, String right) {}

  /// True if `file` begins as such a file does.
  public static boolean isOne(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      return LINE.matcher(line(mapped.bytes(), 0)).matches();
    }
  }

  /// Reads `file`.
  ///
  /// @throws MalformedFileException if a line is none, or ranks have gaps
  public static TiktokenRanks read(Path file) {
    try (MappedFile mapped = MappedFile.open(file)) {
      return read(file, mapped.bytes(), HeapBudget.ofThisJvm());
    }
  }

  /// Reads `bytes` as if they were the content of `file`.
  static TiktokenRanks read(Path file, MemorySegment bytes, HeapBudget budget) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    long at = 0;
    int number = 1;
    while (at < bytes.byteSize()) {
      String line = line(bytes, at);
      at += line.length() + 1;
      if (!line.isEmpty()) {
        budget.charge(file, "tokens", ENTRY_COST + 2L * line.length());
        add(file, line, number, ids);
      }
      number++;
    }
    return new TiktokenRanks(file, ids);
  }

  private static String line(MemorySegment bytes, long from) {
    long limit = Math.min(bytes.byteSize(), from + LONGEST_LINE);
    long at = from;
    while (at < limit && bytes.get(Le.BYTE, at) != '\n') {
      at++;
    }
    return new String(bytes.asSlice(from, at - from).toArray(Le.BYTE), StandardCharsets.ISO_8859_1);
  }

  private static void add(Path file, String line, int number, Map<String, Integer> ids) {
    Matcher matcher = LINE.matcher(line);
    if (!matcher.matches()) {
      throw new MalformedFileException(
          file,
          "line %d is no token in base 64 and its rank: %s"
              .formatted(number, line.length() > 40 ? line.substring(0, 40) + "..." : line));
    }
    int rank = Integer.parseInt(matcher.group(2));
    if (rank != ids.size() || rank >= MOST) {
      throw new MalformedFileException(
          file, "line %d has rank %d, wanted %d".formatted(number, rank, ids.size()));
    }
    if (ids.put(text(file, matcher.group(1), number), rank) != null) {
      throw new MalformedFileException(
          file, "line %d has a token that an earlier line has".formatted(number));
    }
  }

  private static String text(Path file, String base64, int number) {
    try {
      StringBuilder text = new StringBuilder();
      for (byte one : Base64.getDecoder().decode(base64)) {
        text.append(ByteLevel.character(one & 0xff));
      }
      return text.toString();
    } catch (IllegalArgumentException e) {
      throw new MalformedFileException(
          file, "line %d is no base 64: %s".formatted(number, base64), e);
    }
  }

  /// Every way to make a token out of two others, in the order in which they are merged.
  public List<Merge> merges() {
    return everyWay(ids);
  }

  /// Every way to make one of `ids` out of two others of them, in the order in which they are
  /// merged.
  static List<Merge> everyWay(Map<String, Integer> ids) {
    List<Merge> merges = new ArrayList<>();
    for (String token : ids.keySet()) {
      List<Merge> ways = new ArrayList<>();
      for (int at = 1; at < token.length(); at++) {
        Merge way = new Merge(token.substring(0, at), token.substring(at));
        if (ids.containsKey(way.left) && ids.containsKey(way.right)) {
          ways.add(way);
        }
      }
      ways.sort(
          Comparator.comparingInt((Merge way) -> ids.getOrDefault(way.left, -1))
              .thenComparingInt(way -> ids.getOrDefault(way.right, -1)));
      merges.addAll(ways);
    }
    return merges;
  }

  /// For every token the two parts that merging makes of it when it stops before the token itself,
  /// in the order of the ranks.
  ///
  /// @throws MalformedFileException if there are not two
  public List<Merge> lastMerges() {
    List<Merge> merges = new ArrayList<>();
    for (Map.Entry<String, Integer> token : ids.entrySet()) {
      if (token.getKey().length() > 1) {
        merges.add(lastMerge(token.getKey(), token.getValue()));
      }
    }
    return merges;
  }

  private Merge lastMerge(String token, int limit) {
    List<String> parts = new ArrayList<>(List.of(token.split("", -1)));
    parts.removeIf(String::isEmpty);
    while (true) {
      int best = -1;
      int least = limit;
      for (int i = 0; i + 1 < parts.size(); i++) {
        int rank = ids.getOrDefault(parts.get(i) + parts.get(i + 1), limit);
        if (rank < least) {
          least = rank;
          best = i;
        }
      }
      if (best < 0) {
        break;
      }
      parts.set(best, parts.get(best) + parts.remove(best + 1));
    }
    if (parts.size() != 2) {
      throw new MalformedFileException(
          file, "token %d is not made of two others, but of %d".formatted(limit, parts.size()));
    }
    return new Merge(parts.getFirst(), parts.getLast());
  }
}
