package dev.quern.converter;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.quantizers.recipe.Assignment;
import dev.quern.quantizers.recipe.ModelFacts;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.TensorFacts;
import dev.quern.quantizers.recipe.TensorOrder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/// Turns a request into a plan, or into the list of everything that stands in its way.
public final class Planner {
  private static final String FILE_TYPE = "general.file_type";
  private static final String QUANTIZATION_VERSION = "general.quantization_version";

  private final ModelSource source;
  private final ConversionRequest request;
  private final List<String> problems;

  private Planner(ModelSource source, ConversionRequest request) {
    this.source = source;
    this.request = request;
    this.problems = new ArrayList<>(source.problems());
  }

  /// The plan of `request` for `source`.
  ///
  /// @throws ConversionException with a line for every problem
  public static ConversionPlan plan(ModelSource source, ConversionRequest request) {
    return new Planner(source, request).plan();
  }

  private ConversionPlan plan() {
    checkTargets();
    stopAtProblems();
    List<PlannedOutput> outputs = request.targets().stream().map(this::output).toList();
    if (request.strict()) {
      outputs.forEach(this::checkStrictly);
    }
    checkSpace(outputs);
    stopAtProblems();
    return new ConversionPlan(source, outputs);
  }

  private void stopAtProblems() {
    if (!problems.isEmpty()) {
      throw new ConversionException(problems);
    }
  }

  private void checkTargets() {
    Set<Path> paths = new HashSet<>();
    for (Target target : request.targets()) {
      Path path = target.path().toAbsolutePath().normalize();
      if (!paths.add(path)) {
        problems.add(target.path() + ": two outputs would have this name");
      } else if (Files.isDirectory(path)) {
        problems.add(target.path() + ": is a folder, wanted the name of a file to write");
      } else if (Files.exists(path) && isSource(path)) {
        problems.add(target.path() + ": is the source itself; give the output another name");
      } else if (Files.exists(path) && !request.force()) {
        problems.add(target.path() + ": exists already; --force replaces it");
      }
    }
  }

  private boolean isSource(Path path) {
    try {
      return Files.isSameFile(path, source.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private PlannedOutput output(Target target) {
    Recipe recipe = target.recipe();
    boolean fresh = source.isFresh() && recipe.isUnquantized();
    List<SourceWeight> ordered = new ArrayList<>(source.weights());
    if (!fresh) {
      ordered.sort(Comparator.comparing(weight -> weight.info().name(), TensorOrder.BY_BLOCK));
    }
    List<TensorFacts> facts =
        ordered.stream()
            .map(SourceWeight::info)
            .map(info -> new TensorFacts(info.name(), info.shape(), info.type()))
            .toList();
    SequencedMap<String, MetadataValue> metadata = source.metadata(recipe.fileType());
    if (!fresh) {
      metadata.remove(QUANTIZATION_VERSION);
      metadata.remove(FILE_TYPE);
      metadata.put(QUANTIZATION_VERSION, new Uint32(2));
      metadata.put(FILE_TYPE, new Uint32(recipe.fileType()));
    }
    List<Assignment> assignments = recipe.assign(facts(metadata), facts, request.types());
    return place(target, metadata, ordered, assignments);
  }

  private PlannedOutput place(
      Target target,
      SequencedMap<String, MetadataValue> metadata,
      List<SourceWeight> ordered,
      List<Assignment> assignments) {
    List<TensorInfo> infos = new ArrayList<>();
    for (int i = 0; i < ordered.size(); i++) {
      TensorInfo info = ordered.get(i).info();
      infos.add(new TensorInfo(info.name(), assignments.get(i).type(), info.shape()));
    }
    GgufLayout layout = GgufLayout.of(metadata, infos);
    List<PlannedTensor> tensors = new ArrayList<>();
    for (int i = 0; i < infos.size(); i++) {
      long offset = layout.tensors().get(i).offset();
      tensors.add(
          new PlannedTensor(infos.get(i), offset, assignments.get(i), ordered.get(i).origin()));
    }
    return new PlannedOutput(
        target.path(), target.recipe(), layout, tensors, request.types().unmatched(infos));
  }

  private ModelFacts facts(SequencedMap<String, MetadataValue> values) {
    Metadata metadata = new Metadata(source.path(), values);
    return ModelFacts.of(source.architecture(), metadata);
  }

  private void checkStrictly(PlannedOutput output) {
    for (PlannedTensor tensor : output.fallbacks()) {
      problems.add(
          "%s: %s would be %s: %s (--strict)"
              .formatted(
                  output.path(),
                  tensor.info().name(),
                  tensor.info().type(),
                  tensor.assignment().reason()));
    }
    for (String override : output.unmatched()) {
      problems.add(output.path() + ": no tensor matches " + override + " (--strict)");
    }
  }

  private void checkSpace(List<PlannedOutput> outputs) {
    Map<FileStore, Long> wanted = new HashMap<>();
    try {
      for (PlannedOutput output : outputs) {
        wanted.merge(Files.getFileStore(existing(output.path())), output.size(), Math::addExact);
      }
      for (Map.Entry<FileStore, Long> entry : wanted.entrySet()) {
        long free = entry.getKey().getUsableSpace();
        if (free < entry.getValue()) {
          problems.add(
              "%s: %d bytes are needed and %d are free on its disk"
                  .formatted(outputs.getFirst().path(), entry.getValue(), free));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path existing(Path path) {
    Path folder = PartialFile.folderOf(path);
    while (!Files.exists(folder) && folder.getParent() != null) {
      folder = folder.getParent();
    }
    return folder;
  }
}
