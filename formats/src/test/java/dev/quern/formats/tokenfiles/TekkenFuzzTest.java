package dev.quern.formats.tokenfiles;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.quern.formats.FuzzSeeds;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/// Any bytes as Mistral's tekken.json.
class TekkenFuzzTest {
  @TempDir static Path folder;

  static Stream<byte[]> seeds() {
    StringBuilder vocab = new StringBuilder();
    for (int i = 0; i < 260; i++) {
      byte[] bytes = i < 256 ? new byte[] {(byte) i} : new byte[] {'a', (byte) (i - 156)};
      String text = Base64.getEncoder().encodeToString(bytes);
      vocab
          .append(i == 0 ? "" : ",")
          .append("{\"rank\":" + i + ",\"token_bytes\":\"" + text + "\"}");
    }
    String file =
        "{\"config\":{\"pattern\":\"[a-z]+|.\",\"num_vocab_tokens\":260,\"default_vocab_size\":262,"
            + "\"default_num_special_tokens\":2,\"version\":\"v3\"},\"vocab\":["
            + vocab
            + "],\"special_tokens\":[{\"rank\":0,\"token_str\":\"<unk>\"},{\"rank\":1,\"token_str\":\"<s>\"}]}";
    return Stream.of(file.getBytes(StandardCharsets.UTF_8));
  }

  @MethodSource("seeds")
  @FuzzTest(maxDuration = "10m")
  void isReadOrRefused(byte[] bytes) {
    Path file = FuzzSeeds.write(folder.resolve("tekken.json"), bytes);
    FuzzSeeds.readOrRefused(() -> Tekken.read(file));
  }
}
