package dev.quern.converter;

import dev.quern.formats.GgmlType;
import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import dev.quern.formats.MetadataValue.Uint32;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.imatrix.ImportanceEntry;
import dev.quern.formats.imatrix.ImportanceMatrix.Origin;
import dev.quern.quantizers.BlockCodec;
import dev.quern.quantizers.BlockCodecs;
import dev.quern.quantizers.recipe.Assignment.Reason;
import dev.quern.quantizers.recipe.Recipe;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Holds an importance matrix against the tensors that will be written: what fits, what is missing,
/// what was never measured.
final class ImportancePlan {
  private static final int LONGEST_TEXT = 127;
  private static final int NAMED = 20;
  private static final String EMBEDDING = "token_embd.weight";

  /// Not measured by llama-imatrix unless it is told to, and quantized without by llama-quantize.
  private static final Set<String> SELDOM_MEASURED =
      Set.of(EMBEDDING, "per_layer_token_embd.weight", "output.weight");

  private final @Nullable ImportanceRequest request;
  private final LayerPruning pruning;
  private final Map<String, GgmlType> stored = new HashMap<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<String> missing = new LinkedHashSet<>();
  private final Set<String> idle = new LinkedHashSet<>();
  private final Map<String, TensorImportance> used = new LinkedHashMap<>();

  /// @param pruning tells what tensors are called in the source, and so in the matrix
  ImportancePlan(@Nullable ImportanceRequest request, LayerPruning pruning) {
    this.pruning = pruning;
    pruning.weights().forEach(weight -> stored.put(weight.info().name(), weight.info().type()));
    this.request = request != null && request.count() > 0 ? request : null;
    if (request != null && this.request == null) {
      problems.add(
          request.matrix().path()
              + ": no entry is left by --include-weights or --exclude-weights; leave --imatrix away");
    }
  }

  /// True if some tensor may have importance.
  boolean isUsed() {
    return request != null;
  }

  /// Adds what llama-quantize says of a matrix in the files that it makes with one.
  void describe(SequencedMap<String, MetadataValue> metadata) {
    if (request == null) {
      return;
    }
    Origin origin = request.matrix().origin();
    SequencedMap<String, MetadataValue> keys = new LinkedHashMap<>();
    keys.put("quantize.imatrix.file", text(request.matrix().path().toString()));
    if (!origin.datasets().isEmpty()) {
      keys.put("quantize.imatrix.dataset", text(origin.datasets().getFirst()));
    }
    keys.put("quantize.imatrix.entries_count", new Uint32(request.count()));
    if (origin.chunkCount() > 0) {
      keys.put("quantize.imatrix.chunks_count", new Uint32(origin.chunkCount()));
    }
    keys.forEach(
        (key, value) -> {
          metadata.remove(key);
          metadata.put(key, value);
        });
  }

  /// As many whole characters as the reference has room for.
  private static Text text(String value) {
    ByteBuffer room = ByteBuffer.allocate(LONGEST_TEXT);
    StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value), room, true);
    return new Text(new String(room.array(), 0, room.position(), StandardCharsets.UTF_8));
  }

  /// Looks up the tensors of `output`.
  void check(Path output, Recipe recipe, List<PlannedTensor> tensors) {
    for (PlannedTensor tensor : tensors) {
      // what has its type already is copied
      boolean copied = tensor.info().type() == stored.get(tensor.info().name());
      if (!(tensor.reason() instanceof Reason.Kept) && !copied) {
        check(output, recipe, tensor.info());
      }
    }
  }

  private void check(Path output, Recipe recipe, TensorInfo info) {
    Optional<ImportanceEntry> entry =
        Optional.ofNullable(request).flatMap(from -> from.entry(pruning.nameInSource(info.name())));
    // embeddings are looked up and not multiplied: the reference, too, does without such an entry
    if (entry.isPresent() && (fits(entry.get(), info) || !info.name().equals(EMBEDDING))) {
      use(entry.get(), info);
    } else if (info.type().isQuantized()) {
      doWithout(output, recipe, info);
    }
  }

  private static boolean fits(ImportanceEntry entry, TensorInfo info) {
    return entry.size() == TensorImportance.size(info.shape());
  }

  private void use(ImportanceEntry entry, TensorInfo info) {
    ImportanceRequest from = Objects.requireNonNull(request);
    Path file = from.matrix().path();
    if (fits(entry, info)) {
      noteIdle(entry);
      used.putIfAbsent(
          info.name(), new TensorImportance(entry, info.shape(), from.prior(), file.toString()));
    } else {
      problems.add(
          "%s: %s has %d values, wanted %d for %s: it was made with another model"
              .formatted(
                  file,
                  entry.name(),
                  entry.size(),
                  TensorImportance.size(info.shape()),
                  info.shape()));
    }
  }

  private void doWithout(Path output, Recipe recipe, TensorInfo info) {
    String tensor = info.name();
    boolean needed = BlockCodecs.find(info.type()).filter(BlockCodec::needsImportance).isPresent();
    String measured = pruning.nameInSource(tensor);
    if (needed || recipe.needsImportance(tensor, info.type())) {
      problems.add(
          "%s: %s needs importance to be %s, and %s"
              .formatted(output, tensor, info.type(), without(measured)));
    } else if (request != null && request.uses(measured) && !SELDOM_MEASURED.contains(tensor)) {
      missing.add(measured);
    }
  }

  private String without(String tensor) {
    if (request == null) {
      return "there is no --imatrix";
    }
    return request.uses(tensor) ? request.matrix().path() + " has none for it" : "it is excluded";
  }

  private void noteIdle(ImportanceEntry entry) {
    List<String> without = new ArrayList<>();
    for (int i = 0; i < entry.matrices(); i++) {
      if (entry.isIdle(i)) {
        without.add(String.valueOf(i));
      }
    }
    if (entry.matrices() == 1 && !without.isEmpty()) {
      idle.add(entry.name());
    } else if (!without.isEmpty()) {
      idle.add(
          "%s (%s %s of %d)"
              .formatted(
                  entry.name(),
                  without.size() == 1 ? "expert" : "experts",
                  String.join(", ", without),
                  entry.matrices()));
    }
  }

  /// What stands in the way.
  List<String> problems() {
    return List.copyOf(new LinkedHashSet<>(problems));
  }

  /// What a user should know, a line each; a problem when strict.
  List<String> warnings() {
    if (request == null) {
      return List.of();
    }
    List<String> warnings = new ArrayList<>();
    if (!missing.isEmpty()) {
      warnings.add(
          "%s: has no importance for %s: quantized without"
              .formatted(request.matrix().path(), join(missing)));
    }
    if (!idle.isEmpty()) {
      warnings.add(
          "%s: nothing was measured for %s: every column counts the same there"
              .formatted(request.matrix().path(), join(idle)));
    }
    return warnings;
  }

  private static String join(Set<String> names) {
    String first = names.stream().limit(NAMED).collect(Collectors.joining(", "));
    return names.size() > NAMED ? first + " and " + (names.size() - NAMED) + " more" : first;
  }

  /// The importance of the tensors that have some.
  Map<String, TensorImportance> tensors() {
    return Map.copyOf(used);
  }

  /// True if weights of this type may be written with regard to importance.
  static boolean heeds(GgmlType type) {
    return type.isQuantized();
  }
}
