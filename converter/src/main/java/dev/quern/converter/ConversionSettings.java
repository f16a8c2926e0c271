package dev.quern.converter;

import dev.quern.formats.Sha256;
import dev.quern.formats.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// All that the bytes of a conversion depend on, in lines that can be compared: who converts, the
/// source and its files by size and time, options, the files that are written and what they hold.
final class ConversionSettings {
  private ConversionSettings() {}

  static List<String> of(ConversionPlan plan, ConversionOptions options, String program) {
    List<String> lines = new ArrayList<>();
    lines.add("converted by " + program);
    lines.addAll(plan.source().identity());
    lines.add("types " + joined(plan, output -> output.recipe().name()));
    lines.add("files " + joined(plan, output -> names(output.paths())));
    lines.add("limiting weights " + (options.clamp() ? "on" : "off"));
    lines.add("strict " + (options.strict() ? "on" : "off"));
    lines.add("parts of " + Conversion.PART + " weights");
    lines.add("importance " + importance(plan));
    lines.add("tensors " + tensors(plan));
    lines.add("headers " + headers(plan));
    return lines;
  }

  /// A line for a file: its size, and when it was changed.
  static String line(Path file) {
    try {
      return "file %s of %d bytes, changed %s"
          .formatted(
              file.toAbsolutePath().normalize(), Files.size(file), Files.getLastModifiedTime(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface Words {
    String of(PlannedOutput output);
  }

  private static String joined(ConversionPlan plan, Words words) {
    return plan.outputs().stream().map(words::of).collect(Collectors.joining(", "));
  }

  private static String names(List<Path> paths) {
    return paths.stream()
        .map(path -> path.toAbsolutePath().normalize().toString())
        .collect(Collectors.joining(", "));
  }

  /// A checksum of what is known of the columns of all tensors.
  private static String importance(ConversionPlan plan) {
    Sha256 sum = new Sha256();
    boolean found = false;
    for (SourceWeight weight : plan.read()) {
      String name = weight.info().name();
      if (plan.importance(name).isPresent()) {
        found = true;
        sum.add(name);
        add(sum, plan.importance(name).get());
      }
    }
    return found ? sum.hex() : "none";
  }

  private static void add(Sha256 sum, TensorImportance importance) {
    int columns = (int) importance.shape().rowLength();
    int matrices = (int) importance.shape().extent(2);
    float[] values = new float[columns];
    ByteBuffer bytes = ByteBuffer.allocate(4 * columns);
    for (int matrix = 0; matrix < matrices; matrix++) {
      importance.read(matrix, values);
      bytes.asFloatBuffer().put(values);
      sum.add(bytes);
    }
  }

  /// A checksum of names, types, shapes and places.
  private static String tensors(ConversionPlan plan) {
    Sha256 sum = new Sha256();
    for (PlannedOutput output : plan.outputs()) {
      for (PlannedTensor tensor : output.tensors()) {
        TensorInfo info = tensor.info();
        sum.add(info.name() + " " + info.type() + " " + info.shape() + " " + tensor.offset());
      }
    }
    return sum.hex();
  }

  /// A checksum of metadata and the rest of the headers.
  private static String headers(ConversionPlan plan) {
    Sha256 sum = new Sha256();
    for (PlannedOutput output : plan.outputs()) {
      output.parts().forEach(part -> sum.add(part.layout().header()));
    }
    return sum.hex();
  }
}
