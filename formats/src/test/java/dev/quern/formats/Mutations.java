package dev.quern.formats;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/// Damages a good file in many ways and shows it to a reader, which may accept or refuse what it
/// sees, but with no other exception than [MalformedFileException].
public final class Mutations {
  private static final List<byte[]> WORDS =
      List.of(
          new byte[8],
          new byte[] {-1, -1, -1, -1, -1, -1, -1, -1},
          new byte[] {-1, -1, -1, -1, -1, -1, -1, 127},
          new byte[] {0, 0, 0, 0, 0, 0, 0, 16},
          new byte[] {9, 0, 0, 0},
          "{\"[,:".getBytes(UTF_8),
          "99999999999".getBytes(UTF_8));

  private Mutations() {}

  /// Shows `count` damaged copies of `file` to `reader`.
  public static void show(byte[] file, int count, Consumer<byte[]> reader) {
    for (int seed = 0; seed < count; seed++) {
      byte[] damaged = damage(file, new Random(seed));
      try {
        reader.accept(damaged);
      } catch (MalformedFileException e) {
        if (String.valueOf(e.getMessage()).lines().count() != 1) {
          throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  private static byte[] damage(byte[] file, Random random) {
    byte[] copy = file.clone();
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(copy.length);
      switch (random.nextInt(4)) {
        case 0 -> copy[at] = (byte) random.nextInt(256);
        case 1 -> copy[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> copy = Arrays.copyOf(copy, 1 + random.nextInt(copy.length + 40));
        default -> {
          byte[] word = WORDS.get(random.nextInt(WORDS.size()));
          System.arraycopy(word, 0, copy, at, Math.min(word.length, copy.length - at));
        }
      }
    }
    return copy;
  }
}
