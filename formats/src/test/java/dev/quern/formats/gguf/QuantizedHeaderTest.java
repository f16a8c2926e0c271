package dev.quern.formats.gguf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.GgmlType;
import dev.quern.formats.Golden;
import dev.quern.formats.Metadata;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The header of the sample model as llama-quantize writes it.
class QuantizedHeaderTest {
  private static final long FILE_SIZE = 3_031_296;

  @Test
  void isLaidOutAsLlamaQuantizeDoes(@TempDir Path folder) throws IOException {
    byte[] header = Golden.bytes("novella-Q4_K_M.header");
    Path path = Files.write(folder.resolve("novella.gguf"), header);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(FILE_SIZE);
    }

    try (GgufFile file = GgufFile.open(path)) {
      GgufLayout layout = GgufLayout.of(file.metadata(), file.tensors());

      assertThat(layout.header().toArray(JAVA_BYTE)).isEqualTo(header);
      assertThat(layout.fileSize()).isEqualTo(FILE_SIZE);
      assertThat(layout.tensors()).isEqualTo(file.table());
      assertThat(file.tensors())
          .hasSize(56)
          .contains(new TensorInfo("blk.2.attn_v.weight", GgmlType.Q6_K, Shape.of(256, 128)));
      assertThat(Metadata.of(file).texts("tokenizer.ggml.tokens")).hasSize(1024);
    }
  }
}
