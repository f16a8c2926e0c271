package dev.quern.converter;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.quantizers.recipe.Assignment;
import dev.quern.quantizers.recipe.Assignments;
import dev.quern.quantizers.recipe.ModelFacts;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.quantizers.recipe.TensorFacts;
import dev.quern.quantizers.recipe.TypeOverride;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Turns a request into a plan, or into the list of everything that stands in its way.
public final class Planner {
  private static final String FILE_TYPE = "general.file_type";
  private static final String QUANTIZATION_VERSION = "general.quantization_version";

  private final ModelSource source;
  private final ConversionRequest request;
  private final ImportancePlan importance;
  private final List<String> problems;

  private Planner(ModelSource source, ConversionRequest request) {
    this.source = source;
    this.request = request;
    this.importance = new ImportancePlan(request.importance());
    this.problems = new ArrayList<>(source.problems());
    problems.addAll(importance.problems());
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
    outputs.forEach(output -> importance.check(output.path(), output.recipe(), output.tensors()));
    problems.addAll(importance.problems());
    if (request.strict()) {
      outputs.forEach(this::checkStrictly);
      importance.warnings().forEach(warning -> problems.add(warning + " (--strict)"));
    }
    checkSpace(outputs);
    stopAtProblems();
    return new ConversionPlan(source, outputs, importance);
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
    SequencedMap<String, MetadataValue> metadata = source.metadata(recipe.fileType());
    boolean fresh = source.isFresh() && !recipe.base().isQuantized();
    if (!fresh) {
      metadata.remove(QUANTIZATION_VERSION);
      metadata.remove(FILE_TYPE);
      metadata.put(QUANTIZATION_VERSION, new Uint32(2));
      metadata.put(FILE_TYPE, new Uint32(recipe.fileType()));
      importance.describe(metadata);
    }
    Assignments assignments = assign(target, metadata);
    return place(
        target, metadata, fresh ? inSourceOrder(assignments) : assignments.tensors(), assignments);
  }

  private Assignments assign(Target target, SequencedMap<String, MetadataValue> metadata) {
    try {
      RecipeOptions types = request.types().withImportance(importance.isUsed());
      return target.recipe().assign(facts(metadata), tensorFacts(), types);
    } catch (IllegalArgumentException e) {
      throw new ConversionException(target.path() + ": " + e.getMessage());
    }
  }

  /// What recipes must know of the tensors. What a recipe leaves alone is F32 in a fresh
  /// conversion.
  private List<TensorFacts> tensorFacts() {
    return source.weights().stream()
        .map(SourceWeight::info)
        .map(
            info ->
                new TensorFacts(
                    info.name(), source.isFresh() ? GgmlType.F32 : info.type(), info.shape()))
        .toList();
  }

  private List<Assignment> inSourceOrder(Assignments assignments) {
    Map<String, Assignment> byName =
        assignments.tensors().stream()
            .collect(Collectors.toMap(one -> one.tensor().name(), Function.identity()));
    List<Assignment> ordered = new ArrayList<>();
    for (SourceWeight weight : source.weights()) {
      ordered.add(Objects.requireNonNull(byName.get(weight.info().name())));
    }
    return ordered;
  }

  private static PlannedOutput place(
      Target target,
      SequencedMap<String, MetadataValue> metadata,
      List<Assignment> ordered,
      Assignments assignments) {
    List<TensorInfo> infos =
        ordered.stream()
            .map(one -> new TensorInfo(one.tensor().name(), one.type(), one.tensor().shape()))
            .toList();
    GgufLayout layout = GgufLayout.of(metadata, infos);
    List<PlannedTensor> tensors = new ArrayList<>();
    for (int i = 0; i < infos.size(); i++) {
      long offset = layout.tensors().get(i).offset();
      tensors.add(new PlannedTensor(infos.get(i), offset, ordered.get(i).reason()));
    }
    List<String> unmatched = assignments.unmatched().stream().map(TypeOverride::toString).toList();
    return new PlannedOutput(target.path(), target.recipe(), layout, tensors, unmatched);
  }

  private ModelFacts facts(SequencedMap<String, MetadataValue> values) {
    Metadata metadata = new Metadata(source.path(), values);
    String id = source.architecture();
    int heads = count(metadata, id + ".attention.head_count", 0);
    return new ModelFacts(
        id,
        count(metadata, id + ".block_count", 0),
        heads,
        count(metadata, id + ".attention.head_count_kv", heads),
        count(metadata, id + ".expert_count", 0));
  }

  /// A number of the model, or of its first block where each has its own.
  private static int count(Metadata metadata, String key, int otherwise) {
    boolean list = metadata.value(key).filter(MetadataValue.Array.class::isInstance).isPresent();
    if (list) {
      long[] each = metadata.integers(key);
      return each.length == 0 ? otherwise : Math.toIntExact(each[0]);
    }
    return Math.toIntExact(metadata.optionalInteger(key).orElse(otherwise));
  }

  private void checkStrictly(PlannedOutput output) {
    for (PlannedTensor tensor : output.fallbacks()) {
      problems.add(
          "%s: %s would be %s: %s (--strict)"
              .formatted(output.path(), tensor.info().name(), tensor.info().type(), tensor.why()));
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
