package dev.quern.formats.llama2c;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import dev.quern.formats.Golden;
import dev.quern.formats.ModelView;
import dev.quern.formats.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as a model of llama2.c's: the first says whether the others are its tokens.
class Llama2cFuzzTest {
  private static final String MODEL = "legacy/llama2c-v2.bin";
  private static final String TOKENS = "legacy/tokenizer.bin";

  @TempDir static Path folder;

  static Stream<byte[]> seeds() {
    return Stream.concat(
        FuzzSeeds.golden(MODEL, "legacy/llama2c-v0.bin").map(bytes -> prefixed(0, bytes)),
        FuzzSeeds.golden(TOKENS).map(bytes -> prefixed(1, bytes)));
  }

  private static byte[] prefixed(int first, byte[] bytes) {
    byte[] all = new byte[bytes.length + 1];
    all[0] = (byte) first;
    System.arraycopy(bytes, 0, all, 1, bytes.length);
    return all;
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] rest = Arrays.copyOfRange(bytes, 1, bytes.length);
    boolean tokens = bytes[0] == 1;
    Path file = FuzzSeeds.write(folder.resolve("m.bin"), tokens ? Golden.bytes(MODEL) : rest);
    FuzzSeeds.write(folder.resolve("tokenizer.bin"), tokens ? rest : Golden.bytes(TOKENS));
    FuzzSeeds.readOrRefused(() -> read(file));
  }

  private static void read(Path file) {
    if (!Llama2cFile.isOne(file)) {
      return;
    }
    try (ModelView model = Llama2cFile.open(file)) {
      for (TensorInfo info : model.tensors()) {
        if (info.bytes() < 1 << 16) {
          byte[] rows = new byte[(int) info.bytes()];
          model
              .tensor(info.name())
              .orElseThrow()
              .read(0, info.shape().rows(), MemorySegment.ofArray(rows));
        }
      }
    }
  }
}
