package dev.quern.formats;

import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.huggingface.ModelConfig;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.safetensors.SafetensorsFile;
import dev.quern.formats.shards.ShardIndex;
import java.nio.file.Path;

/// Opens files in a small virtual machine of its own and prints what the readers say of each.
final class HostileReader {
  private HostileReader() {}

  public static void main(String[] files) {
    for (String file : files) {
      try {
        open(Path.of(file));
        System.out.println(file + ": read");
      } catch (MalformedFileException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  private static void open(Path file) {
    String name = file.getFileName().toString();
    if (name.endsWith(".dat")) {
      ImportanceMatrix.open(file).close();
    } else if (name.endsWith(".gguf")) {
      GgufFile.open(file).close();
    } else if (name.endsWith(".safetensors")) {
      SafetensorsFile.open(file).close();
    } else if (name.endsWith(".index.json")) {
      ShardIndex.read(file, ".safetensors", HeapBudget.ofThisJvm());
    } else {
      ModelConfig.read(file);
    }
  }
}
