package dev.quern.verifier.sanity;

import dev.quern.formats.gguf.GgufFile;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.formats.gguf.GgufTensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What lies between and behind the tensors of a file.
final class FileLayout {
  private static final String CHECK = "layout";

  private FileLayout() {}

  static List<Finding> findings(GgufModel model) {
    List<Finding> findings = new ArrayList<>();
    for (GgufFile part : model.parts()) {
      findings.addAll(findings(part));
    }
    return findings;
  }

  private static List<Finding> findings(GgufFile file) {
    List<Finding> findings = new ArrayList<>();
    List<GgufTensor> table = new ArrayList<>(file.table());
    table.sort(Comparator.comparingLong(GgufTensor::offset));
    long end = file.dataStart();
    for (GgufTensor tensor : table) {
      if (tensor.offset() - end >= file.alignment()) {
        findings.add(
            Finding.note(
                CHECK,
                "%s: %d bytes before tensor %s belong to nothing"
                    .formatted(name(file), tensor.offset() - end, tensor.info().name())));
      }
      end = Math.max(end, tensor.end());
    }
    long behind = file.size() - end;
    if (!table.isEmpty() && behind >= file.alignment()) {
      findings.add(
          Finding.fault(
              CHECK,
              "%s: %d bytes behind the last tensor belong to nothing: wanted less than %d"
                  .formatted(name(file), behind, file.alignment())));
    }
    return findings;
  }

  private static String name(GgufFile file) {
    return String.valueOf(file.path().getFileName());
  }
}
