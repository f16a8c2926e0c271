package dev.quern.converter;

import dev.quern.converter.ConversionRequest.Target;
import dev.quern.formats.GgmlType;
import dev.quern.formats.Metadata;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorInfo;
import dev.quern.quantizers.recipe.Assignment;
import dev.quern.quantizers.recipe.Assignments;
import dev.quern.quantizers.recipe.ModelFacts;
import dev.quern.quantizers.recipe.Recipe;
import dev.quern.quantizers.recipe.RecipeOptions;
import dev.quern.quantizers.recipe.TensorFacts;
import dev.quern.quantizers.recipe.TypeOverride;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Turns a request into a plan, or into the list of everything that stands in its way.
public final class Planner {
  private final ModelSource source;
  private final ConversionRequest request;
  private final ImportancePlan importance;
  private final List<String> problems;
  private final List<String> warnings = new ArrayList<>();
  private final LayerPruning pruning;
  private final OutputPaths paths;
  private final StoredBlocks stored;

  private Planner(ModelSource source, ConversionRequest request) {
    this.source = source;
    this.request = request;
    this.problems = new ArrayList<>(source.problems());
    this.pruning = LayerPruning.of(source.weights(), request.gguf().pruned());
    this.paths = new OutputPaths(source, request.force());
    this.stored = new StoredBlocks(pruning.weights());
    this.importance = new ImportancePlan(request.importance(), pruning);
    problems.addAll(importance.problems());
  }

  /// The plan of `request` for `source`.
  ///
  /// @throws ConversionException with a line for every problem
  public static ConversionPlan plan(ModelSource source, ConversionRequest request) {
    return new Planner(source, request).plan();
  }

  private ConversionPlan plan() {
    if (!request.gguf().splitting().cuts() && !keepsParts()) {
      request.targets().forEach(target -> paths.check(target.path()));
      problems.addAll(paths.problems());
    }
    checkSource();
    stopAtProblems();
    List<PlannedOutput> outputs = request.targets().stream().map(this::output).toList();
    if (request.gguf().splitting().cuts() || keepsParts()) {
      outputs.forEach(output -> output.paths().forEach(paths::check));
      problems.addAll(paths.problems());
    }
    outputs.forEach(output -> importance.check(output.path(), output.recipe(), output.tensors()));
    problems.addAll(importance.problems());
    if (request.strict()) {
      outputs.forEach(this::checkStrictly);
      importance.warnings().forEach(warning -> problems.add(warning + " (--strict)"));
    }
    warnings.addAll(importance.warnings());
    checkRequantization(outputs);
    problems.addAll(DiskSpace.problems(outputs, request.resumes()));
    stopAtProblems();
    return new ConversionPlan(source, pruning, outputs, importance.tensors(), warnings);
  }

  private boolean keepsParts() {
    return request.gguf().splitting() instanceof Splitting.AsSource;
  }

  private void checkSource() {
    pruning.problems().forEach(problem -> problems.add(source.path() + ": " + problem));
    if (source.parts().isEmpty() && keepsParts()) {
      problems.add(source.path() + ": --keep-split keeps the parts of a GGUF, which this is not");
    }
    if (source.isFresh() && request.targets().stream().anyMatch(one -> one.recipe().isCopy())) {
      problems.add(
          source.path() + ": COPY copies a GGUF, which this is not; wanted F16 or another type");
    }
    request.targets().forEach(target -> stored.check(source, target.recipe(), problems));
  }

  private void checkRequantization(List<PlannedOutput> outputs) {
    Map<String, SourceWeight> weights = new HashMap<>();
    pruning.weights().forEach(weight -> weights.put(weight.info().name(), weight));
    for (PlannedOutput output : outputs) {
      Requantization found = Requantization.of(weights, output);
      problems.addAll(found.problems());
      if (!found.isEmpty() && !request.gguf().allowRequantize()) {
        problems.add(found.refusal(source));
      } else if (!found.isEmpty()) {
        warnings.add(found.warning(output));
      }
    }
  }

  private void stopAtProblems() {
    if (!problems.isEmpty()) {
      throw new ConversionException(problems);
    }
  }

  private PlannedOutput output(Target target) {
    Recipe recipe = target.recipe();
    GgufOptions options = request.gguf();
    boolean joinsOrCuts = source.parts().size() > 1 || options.splitting().cuts();
    boolean asItIs = recipe.isCopy() && joinsOrCuts && !keepsParts() && !options.edits();
    boolean fresh = source.isFresh() && !recipe.base().isQuantized() && !options.edits();
    OutputMetadata made = new OutputMetadata(source, options);
    SequencedMap<String, MetadataValue> metadata = asItIs ? made.asItIs() : made.of(recipe, fresh);
    if (!fresh && !asItIs) {
      importance.describe(metadata);
    }
    Assignments assignments = assign(target, metadata, asItIs);
    if (!options.pruned().isEmpty()) {
      warnAboutArrays(metadata);
      made.setBlocks(metadata, pruning.blocks());
    }
    List<Assignment> ordered = fresh ? inSourceOrder(assignments) : assignments.tensors();
    List<Assignment> settled =
        ordered.stream()
            .map(this::left)
            .map(one -> source.settle(one, recipe))
            .map(one -> stored.settle(one, recipe))
            .map(one -> fresh || source.keepsExtents() ? one : withoutLastOnes(one))
            .toList();
    Parts parts = new Parts(target.path(), metadata, stored.withScales(settled));
    List<Integer> counts = byPart().stream().map(List::size).toList();
    List<String> unmatched = assignments.unmatched().stream().map(TypeOverride::toString).toList();
    return new PlannedOutput(recipe, parts.divided(options.splitting(), counts), unmatched);
  }

  /// GGML does not count the last axes of a tensor if they are of one: neither do its quantizer's
  /// files.
  private static Assignment withoutLastOnes(Assignment one) {
    List<Long> extents = one.tensor().shape().extents();
    int rank = extents.size();
    while (rank > 1 && extents.get(rank - 1) == 1) {
      rank--;
    }
    TensorFacts tensor =
        new TensorFacts(
            one.tensor().name(), one.tensor().kept(), new Shape(extents.subList(0, rank)));
    return rank == extents.size() ? one : new Assignment(tensor, one.type(), one.reason());
  }

  /// The output matrix as it is, if that is wanted.
  private Assignment left(Assignment one) {
    if (!request.gguf().leaveOutput() || !one.tensor().name().equals("output.weight")) {
      return one;
    }
    GgmlType stored =
        pruning.weights().stream()
            .filter(weight -> weight.info().name().equals("output.weight"))
            .map(weight -> weight.info().type())
            .findFirst()
            .orElseThrow();
    return new Assignment(
        one.tensor(), stored, new Assignment.Reason.Chosen("--leave-output-tensor"));
  }

  private void warnAboutArrays(SequencedMap<String, MetadataValue> metadata) {
    int blocks = facts(metadata).layers();
    for (String key : OutputMetadata.perBlock(metadata, source.architecture(), blocks)) {
      warnings.add(
          "%s: %s has a value for each of %d blocks and stays as it is, as with llama-quantize; llama.cpp may refuse the file"
              .formatted(source.path(), key, blocks));
    }
  }

  private Assignments assign(
      Target target, SequencedMap<String, MetadataValue> metadata, boolean inSourceOrder) {
    Recipe recipe = target.recipe();
    ModelFacts facts = recipe.isCopy() ? new ModelFacts("", 0, 0, 0, 0) : facts(metadata);
    Map<String, TensorFacts> tensors = tensorFacts();
    try {
      RecipeOptions types = source.types(request.types().withImportance(importance.isUsed()));
      if (keepsParts()) {
        List<TensorFacts> ordered =
            byPart().stream()
                .flatMap(List::stream)
                .map(name -> Objects.requireNonNull(tensors.get(name)))
                .toList();
        return recipe.assignInOrder(facts, ordered, types);
      }
      List<TensorFacts> all = List.copyOf(tensors.values());
      return inSourceOrder
          ? recipe.assignInOrder(facts, all, types)
          : recipe.assign(facts, all, types);
    } catch (IllegalArgumentException e) {
      throw new ConversionException(target.path() + ": " + e.getMessage());
    }
  }

  /// The tensors of each file of the source, as the output calls them.
  private List<List<String>> byPart() {
    return source.parts().stream()
        .map(names -> names.stream().flatMap(name -> pruning.nameInOutput(name).stream()).toList())
        .toList();
  }

  /// What recipes must know of the tensors, by name. What a recipe leaves alone is F32 in a fresh
  /// conversion.
  private Map<String, TensorFacts> tensorFacts() {
    Map<String, TensorFacts> facts = new LinkedHashMap<>();
    for (SourceWeight weight : pruning.weights()) {
      TensorInfo info = weight.info();
      facts.put(info.name(), new TensorFacts(info.name(), source.kept(info), info.shape()));
    }
    return facts;
  }

  private List<Assignment> inSourceOrder(Assignments assignments) {
    Map<String, Assignment> byName =
        assignments.tensors().stream()
            .collect(Collectors.toMap(one -> one.tensor().name(), Function.identity()));
    List<Assignment> ordered = new ArrayList<>();
    for (SourceWeight weight : pruning.weights()) {
      ordered.add(Objects.requireNonNull(byName.get(weight.info().name())));
    }
    return ordered;
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
}
