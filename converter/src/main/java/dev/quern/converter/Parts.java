package dev.quern.converter;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Int32;
import dev.quern.formats.MetadataValue.Uint16;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.gguf.GgufLayout;
import dev.quern.formats.gguf.SplitKeys;
import dev.quern.formats.gguf.SplitName;
import dev.quern.quantizers.recipe.Assignment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// Divides an output into files.
///
/// @param path the file, or what the names of parts are made from
/// @param metadata of the first part; the others have none but their numbers
/// @param tensors in the order of the output
record Parts(Path path, SequencedMap<String, MetadataValue> metadata, List<Assignment> tensors) {
  private static final long ALIGNMENT = 32;

  /// The files, with tensors divided as `splitting` says.
  ///
  /// @param source how many of the tensors each file of the source has, in this order
  List<PlannedPart> divided(Splitting splitting, List<Integer> source) {
    return switch (splitting) {
      case Splitting.None _ -> List.of(part(path, metadata, tensors));
      case Splitting.AsSource _ -> asSource(source);
      case Splitting.ByTensors(int most, boolean emptyFirst) ->
          numbered(byTensors(most, emptyFirst), false);
      case Splitting.BySize(long most, boolean emptyFirst) ->
          numbered(bySize(most, emptyFirst), false);
    };
  }

  private List<PlannedPart> asSource(List<Integer> source) {
    List<List<Assignment>> groups = new ArrayList<>();
    int from = 0;
    for (int count : source) {
      groups.add(tensors.subList(from, from + count));
      from += count;
    }
    return numbered(groups, true);
  }

  /// A part ends where the number of all tensors so far is a multiple of `most`.
  private List<List<Assignment>> byTensors(int most, boolean emptyFirst) {
    List<List<Assignment>> groups = begin(emptyFirst);
    for (int from = 0; from < tensors.size(); from += most) {
      groups.add(tensors.subList(from, Math.min(tensors.size(), from + most)));
    }
    return groups;
  }

  private List<List<Assignment>> bySize(long most, boolean emptyFirst) {
    List<List<Assignment>> groups = begin(emptyFirst);
    int from = 0;
    long bytes = 0;
    for (int i = 0; i < tensors.size(); i++) {
      long next = Math.ceilDiv(info(tensors.get(i)).bytes(), ALIGNMENT) * ALIGNMENT;
      if (i > from && bytes + next > most) {
        groups.add(tensors.subList(from, i));
        from = i;
        bytes = 0;
      }
      bytes += next;
    }
    groups.add(tensors.subList(from, tensors.size()));
    return groups;
  }

  private static List<List<Assignment>> begin(boolean emptyFirst) {
    List<List<Assignment>> groups = new ArrayList<>();
    if (emptyFirst) {
      groups.add(List.of());
    }
    return groups;
  }

  /// @param countInMiddle true for the order of keys that llama-quantize has, false for that of
  ///   llama-gguf-split
  private List<PlannedPart> numbered(List<List<Assignment>> groups, boolean countInMiddle) {
    if (groups.size() > SplitName.MOST_PARTS) {
      throw new ConversionException(
          "%s: would be %d parts, wanted at most %d; make them larger"
              .formatted(path, groups.size(), SplitName.MOST_PARTS));
    }
    List<PlannedPart> parts = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      SequencedMap<String, MetadataValue> own = new LinkedHashMap<>();
      if (i == 0) {
        own.putAll(metadata);
      }
      if (!countInMiddle || groups.size() > 1) {
        own.putLast(SplitKeys.NO, new Uint16(i));
        own.putLast(SplitKeys.COUNT, new Uint16(groups.size()));
        own.putLast(SplitKeys.TENSORS, new Int32(tensors.size()));
        if (!countInMiddle) {
          own.putLast(SplitKeys.COUNT, new Uint16(groups.size()));
        }
      }
      Path name = new SplitName(SplitName.prefixOf(path), i + 1, groups.size()).path();
      parts.add(part(name, own, groups.get(i)));
    }
    return parts;
  }

  private static PlannedPart part(
      Path path, SequencedMap<String, MetadataValue> metadata, List<Assignment> tensors) {
    List<TensorInfo> infos = tensors.stream().map(Parts::info).toList();
    GgufLayout layout = GgufLayout.of(metadata, infos);
    List<PlannedTensor> planned = new ArrayList<>();
    for (int i = 0; i < infos.size(); i++) {
      long offset = layout.tensors().get(i).offset();
      planned.add(new PlannedTensor(infos.get(i), offset, tensors.get(i).reason()));
    }
    return new PlannedPart(path, layout, planned);
  }

  private static TensorInfo info(Assignment one) {
    return new TensorInfo(one.tensor().name(), one.type(), one.tensor().shape());
  }
}
