package dev.quern.engine;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// How many tokens go through the graph at once: so many that what they put into the widest product
/// stays in the largest cache while the tiles of its weights go by, in whole groups of lanes.
final class BatchSize {
  /// What is taken for the cache where the system does not tell: that of a small desktop.
  static final long USUAL_CACHE = 8 << 20;

  /// Fewer would decode weights too often.
  private static final int LEAST = 64;

  /// More gain nothing, and their sums would leave the cache of a core.
  private static final int MOST = 512;

  /// Where Linux describes the caches of the first core.
  private static final Path LINUX_CACHES = Path.of("/sys/devices/system/cpu/cpu0/cache");

  private BatchSize() {}

  /// Tokens for this machine.
  ///
  /// @param width elements that a token puts into the widest product
  static int here(int width) {
    return of(largestCache(LINUX_CACHES), width);
  }

  /// Tokens for a cache of `cacheBytes`: a multiple of 64, from 64 to 512.
  static int of(long cacheBytes, int width) {
    long fitting = cacheBytes / (Float.BYTES * (long) width);
    return Math.clamp(fitting / LEAST * LEAST, LEAST, MOST);
  }

  /// Bytes of the largest cache for data that `folder` describes, or [#USUAL_CACHE].
  static long largestCache(Path folder) {
    long largest = 0;
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> caches = Files.newDirectoryStream(folder, "index*")) {
        for (Path cache : caches) {
          if (!read(cache, "type").equals("Instruction")) {
            largest = Math.max(largest, bytes(read(cache, "size")));
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        return USUAL_CACHE; // a kernel that tells less
      }
    }
    return largest > 0 ? largest : USUAL_CACHE;
  }

  private static String read(Path cache, String what) throws IOException {
    return Files.readString(cache.resolve(what)).strip();
  }

  /// A size as Linux writes it: `32K`, and in other units too. What is no size is none.
  private static long bytes(String size) {
    if (!size.matches("[0-9]{1,9}[KMG]?")) {
      return 0;
    }
    long number = Long.parseLong(size.replaceAll("[KMG]", ""));
    return switch (size.charAt(size.length() - 1)) {
      case 'K' -> number << 10;
      case 'M' -> number << 20;
      case 'G' -> number << 30;
      default -> number;
    };
  }
}
