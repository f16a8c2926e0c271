package dev.quern.verifier.baseline;

import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.LogitsSource;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The file of base logits that `llama-perplexity --kl-divergence-base` writes.
///
/// | at | type | meaning |
/// |---|---|---|
/// | 0 | 8 bytes | `_logits_` |
/// | 8 | int32 | `n_ctx`, tokens in a piece |
/// | 12 | int32 | `n_vocab` |
/// | 16 | int32 | `n_chunk`, pieces |
/// | 20 | int32 each | tokens of all pieces |
/// | then | | for every piece, and its positions from `n_ctx / 2` to `n_ctx - 2`: |
/// | | float32 | step |
/// | | float32 | least log-probability |
/// | | uint16 each | log-probability of a token in steps above the least; even in number |
///
/// The steps are at most 16 / 65535 nats, and what is more than 16 nats below the most likely token
/// is raised to that: this is its floor. As in llama-perplexity a token whose log-probability is
/// not above -16 is left out of the divergence, unless it is the one that follows.
public final class LlamaBaseline implements LogitsSource, AutoCloseable {
  /// The largest step between two log-probabilities in nats.
  public static final double LARGEST_STEP = 16.0 / 65535;

  private static final byte[] MAGIC = "_logits_".getBytes(StandardCharsets.US_ASCII);
  private static final long HEADER = 20;
  private static final float NEGLIGIBLE = -16;

  private final MappedFile file;
  private final MemorySegment bytes;
  private final int context;
  private final int vocabulary;
  private final int chunks;
  private int chunk = -1;
  private int position;

  private LlamaBaseline(MappedFile file, Path path) {
    this.file = file;
    bytes = file.bytes();
    context = header(path, 8, "n_ctx", 3);
    vocabulary = header(path, 12, "n_vocab", 1);
    chunks = header(path, 16, "n_chunk", 1);
    long wanted = row(chunks, 0);
    if (bytes.byteSize() != wanted) {
      throw new MalformedFileException(
          path,
          "%d pieces of %d tokens with %d log-probabilities need %d bytes, found %d: llama-perplexity did not finish it"
              .formatted(chunks, context, vocabulary, wanted, bytes.byteSize()));
    }
  }

  /// True if `path` begins as such a file does.
  public static boolean recognizes(Path path) {
    try (MappedFile file = MappedFile.open(path)) {
      return file.bytes().byteSize() >= MAGIC.length
          && file.bytes().asSlice(0, MAGIC.length).mismatch(MemorySegment.ofArray(MAGIC)) < 0;
    }
  }

  /// Opens `path`, for a candidate that reads `wanted`.
  ///
  /// @throws MalformedFileException if it is not such a file, or not whole
  /// @throws IllegalArgumentException if it was made of another text, tokenizer or context
  public static LlamaBaseline open(Path path, Chunks wanted) {
    if (!recognizes(path)) {
      throw new MalformedFileException(path, "it does not begin with \"_logits_\"");
    }
    MappedFile file = MappedFile.open(path);
    try {
      LlamaBaseline baseline = new LlamaBaseline(file, path);
      baseline.require(path, wanted);
      return baseline;
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private int header(Path path, long at, String name, int least) {
    if (bytes.byteSize() < HEADER) {
      throw new MalformedFileException(
          path, "%d bytes are no header, wanted %d".formatted(bytes.byteSize(), HEADER));
    }
    int value = bytes.get(Le.INT, at);
    // so that no size of what follows overflows
    if (value < least || value > 1 << 20) {
      throw new MalformedFileException(
          path,
          "%s is %d, wanted %d to %d (at byte %d)".formatted(name, value, least, 1 << 20, at));
    }
    return value;
  }

  private void require(Path path, Chunks wanted) {
    if (context != wanted.context()) {
      throw new IllegalArgumentException(
          "%s: the baseline was made with pieces of %d tokens, wanted %d: use --ctx %d"
              .formatted(path, context, wanted.context(), context));
    }
    if (chunks < wanted.count()) {
      throw new IllegalArgumentException(
          "%s: the baseline has %d pieces of the text, wanted %d: use --chunks %d"
              .formatted(path, chunks, wanted.count(), chunks));
    }
    for (int i = 0; i < wanted.count(); i++) {
      int[] tokens = wanted.tokens(i);
      // the first may be replaced by the token that begins a text
      for (int j = 1; j < context; j++) {
        int found = bytes.get(Le.INT, HEADER + 4L * ((long) i * context + j));
        if (found != tokens[j]) {
          throw new IllegalArgumentException(
              "%s: the baseline was made of other tokens: piece %d has %d at %d, wanted %d: text or tokenizer differ"
                  .formatted(path, i, found, j, tokens[j]));
        }
      }
    }
  }

  @Override
  public int vocabularySize() {
    return vocabulary;
  }

  @Override
  public void start() {
    chunk++;
    position = 0;
  }

  @Override
  public void feed(int[] tokens, int from, int count, int wanted, float[] logits) {
    position += count;
    for (int i = 0; i < wanted; i++) {
      int next = from + count - wanted + i + 1;
      int follower = next < tokens.length ? tokens[next] : -1;
      read(row(chunk, position - wanted + i - context / 2), logits, i * vocabulary, follower);
    }
  }

  private void read(long at, float[] logits, int to, int follower) {
    float step = bytes.get(Le.FLOAT, at);
    float least = bytes.get(Le.FLOAT, at + 4);
    for (int token = 0; token < vocabulary; token++) {
      int steps = Short.toUnsignedInt(bytes.get(Le.SHORT, at + 8 + 2L * token));
      float value = step * steps + least;
      boolean counts = value > NEGLIGIBLE || token == follower;
      logits[to + token] = counts ? value : Float.NEGATIVE_INFINITY;
    }
  }

  /// Where the row of a piece begins.
  private long row(int piece, int index) {
    long rows = context - 1L - context / 2;
    long rowBytes = 2L * (2L * ((vocabulary + 1) / 2) + 4);
    long before = HEADER + 4L * chunks * context;
    return Math.addExact(before, Math.multiplyExact(piece * rows + index, rowBytes));
  }

  @Override
  public void close() {
    file.close();
  }
}
