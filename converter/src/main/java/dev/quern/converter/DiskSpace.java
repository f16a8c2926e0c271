package dev.quern.converter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Whether the disks have room for what is planned.
final class DiskSpace {
  private DiskSpace() {}

  /// A line for each disk without room for all of `outputs` that go there.
  ///
  /// @param resumes if parts that an earlier conversion began are gone on with, whose room is
  ///   theirs
  static List<String> problems(List<PlannedOutput> outputs, boolean resumes) {
    List<String> problems = new ArrayList<>();
    List<PlannedOutput> needed =
        outputs.stream().filter(output -> wanted(output, resumes) > 0).toList();
    try {
      for (Map.Entry<FileStore, List<PlannedOutput>> disk : byDisk(needed).entrySet()) {
        long wanted = disk.getValue().stream().mapToLong(one -> wanted(one, resumes)).sum();
        long free = disk.getKey().getUsableSpace();
        if (free < wanted) {
          problems.add(
              "%s: %d bytes are needed and %d are free on its disk"
                  .formatted(disk.getValue().getFirst().path(), wanted, free));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return problems;
  }

  private static Map<FileStore, List<PlannedOutput>> byDisk(List<PlannedOutput> outputs)
      throws IOException {
    Map<FileStore, List<PlannedOutput>> disks = new LinkedHashMap<>();
    for (PlannedOutput output : outputs) {
      FileStore disk = Files.getFileStore(existing(output.path()));
      disks.computeIfAbsent(disk, _ -> new ArrayList<>()).add(output);
    }
    return disks;
  }

  private static long wanted(PlannedOutput output, boolean resumes) {
    return output.parts().stream()
        .filter(part -> !resumes || !Files.exists(PartialFile.keptFor(part.path())))
        .mapToLong(PlannedPart::size)
        .sum();
  }

  /// The nearest folder above `path` that there is.
  private static Path existing(Path path) {
    Path folder = PartialFile.folderOf(path);
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    return folder;
  }
}
