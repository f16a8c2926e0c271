package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.quern.formats.Le;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.safetensors.SafetensorsFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Random;

/// The tiny LLaMA made wide, in BF16: models whose conversion takes seconds.
///
/// @param hidden width of the model, a multiple of 256
/// @param intermediate width of its feed-forward network, a multiple of 256
record LargeModel(int hidden, int intermediate) {

  /// Writes a model of zeros, in a file that takes no space.
  static Path write(Path folder, int hidden, int intermediate) throws IOException {
    return new LargeModel(hidden, intermediate).write(folder);
  }

  /// Writes a model of random weights.
  static Path writeRandom(Path folder, int hidden, int intermediate) throws IOException {
    LargeModel model = new LargeModel(hidden, intermediate);
    model.write(folder);
    Random random = new Random(3);
    try (RandomAccessFile file =
        new RandomAccessFile(folder.resolve("model.safetensors").toFile(), "rw")) {
      byte[] first = new byte[8];
      file.readFully(first);
      file.seek(8 + MemorySegment.ofArray(first).get(Le.LONG, 0));
      byte[] chunk = new byte[1 << 20];
      while (file.getFilePointer() < file.length()) {
        fill(chunk, random);
        file.write(chunk, 0, (int) Math.min(chunk.length, file.length() - file.getFilePointer()));
      }
    }
    return folder;
  }

  /// Numbers of either sign from 2^-8 to 2^-6.
  private static void fill(byte[] chunk, Random random) {
    random.nextBytes(chunk);
    for (int i = 1; i < chunk.length; i += 2) {
      chunk[i] = (byte) ((chunk[i] & 0x80) | 0x3c);
    }
  }

  private Path write(Path folder) throws IOException {
    Path model = TinyModel.copy(TinyModel.LLAMA, folder);
    TinyModel.edit(
        model.resolve("config.json"),
        json ->
            json.put("hidden_size", hidden)
                .put("intermediate_size", intermediate)
                .put("head_dim", hidden / 8));
    String header = header(model.resolve("model.safetensors"));
    long data = TinyModel.json(header).at("/model.norm.weight/data_offsets/1").longValue();
    try (RandomAccessFile file =
        new RandomAccessFile(model.resolve("model.safetensors").toFile(), "rw")) {
      byte[] text = header.getBytes(UTF_8);
      byte[] length = new byte[8];
      MemorySegment.ofArray(length).set(Le.LONG, 0, text.length);
      file.setLength(0);
      file.write(length);
      file.write(text);
      file.setLength(8 + text.length + data);
    }
    return model;
  }

  private String header(Path small) {
    ObjectNode header = (ObjectNode) TinyModel.json("{}");
    long at = 0;
    try (SafetensorsFile file = SafetensorsFile.open(small)) {
      for (SourceTensor tensor : file.tensors()) {
        ObjectNode entry = header.putObject(tensor.name()).put("dtype", "BF16");
        long weights = 1;
        for (int i = tensor.shape().rank() - 1; i >= 0; i--) {
          long extent = enlarged(tensor.shape().extents().get(i));
          entry.withArray("shape").add(extent);
          weights *= extent;
        }
        entry.putArray("data_offsets").add(at).add(at + 2 * weights);
        at += 2 * weights;
      }
    }
    return header.toString();
  }

  private long enlarged(long extent) {
    return switch ((int) extent) {
      case 64 -> hidden;
      case 32 -> hidden / 2;
      case 128 -> intermediate;
      default -> extent;
    };
  }
}
