package dev.quern.formats.adapter;

import dev.quern.formats.Checkpoint;
import dev.quern.formats.Le;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.SourceTensor;
import dev.quern.formats.adapter.AdapterName.Kind;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tensors of an adapter's file, sorted by module and checked against each other.
final class AdapterTensors {
  private final Optional<PeftConfig> config;
  private final Map<String, Map<Kind, SourceTensor>> parts = new LinkedHashMap<>();
  private final List<SourceTensor> replacements = new ArrayList<>();
  private final List<LoraModule> modules = new ArrayList<>();

  private AdapterTensors(Optional<PeftConfig> config) {
    this.config = config;
  }

  static AdapterTensors of(Checkpoint checkpoint, Optional<PeftConfig> config) {
    AdapterTensors tensors = new AdapterTensors(config);
    checkpoint.tensors().forEach(tensors::sort);
    tensors.parts.forEach((name, parts) -> tensors.modules.add(tensors.module(name, parts)));
    if (tensors.modules.isEmpty() && tensors.replacements.isEmpty()) {
      throw new MalformedFileException(checkpoint.path(), "the file has no tensors");
    }
    return tensors;
  }

  List<LoraModule> modules() {
    return List.copyOf(modules);
  }

  List<SourceTensor> replacements() {
    return List.copyOf(replacements);
  }

  private void sort(SourceTensor tensor) {
    AdapterName name = AdapterName.of(tensor.name());
    if (name.kind() == Kind.UNKNOWN) {
      throw malformed(
          tensor, "is of a kind of adapter that is not known here (known are LoRA and DoRA)");
    }
    if (name.kind() == Kind.REPLACEMENT) {
      if (config.isEmpty()) {
        throw malformed(
            tensor, "is no part of a low-rank adapter, and there is no adapter_config.json");
      }
      replacements.add(
          new SourceTensor(
              name.module(), tensor.dtype(), tensor.shape(), tensor.data(), tensor.file()));
      return;
    }
    SourceTensor before =
        parts
            .computeIfAbsent(name.module(), _ -> new EnumMap<>(Kind.class))
            .putIfAbsent(name.kind(), tensor);
    if (before != null) {
      throw malformed(tensor, "and " + before.name() + " are the same of " + name.module());
    }
  }

  private LoraModule module(String name, Map<Kind, SourceTensor> parts) {
    SourceTensor down = parts.get(Kind.DOWN);
    SourceTensor up = parts.get(Kind.UP);
    if (down == null || up == null) {
      SourceTensor there = parts.values().iterator().next();
      throw malformed(there, "has no %s beside it".formatted(down == null ? "A (down)" : "B (up)"));
    }
    long rank = down.shape().extents().getLast();
    checkRank(name, down, up, rank);
    boolean embedding = down.name().contains(".lora_embedding_");
    boolean transposed = embedding || config.map(PeftConfig::isTransposed).orElse(false);
    if (config.map(PeftConfig::isDora).orElse(false) && !parts.containsKey(Kind.MAGNITUDE)) {
      throw malformed(down, "has no lora_magnitude_vector beside it, but use_dora is true");
    }
    return new LoraModule(
        name,
        down,
        up,
        (int) rank,
        alpha(name, parts, (int) rank),
        config.map(PeftConfig::isRankStabilized).orElse(false),
        transposed,
        Optional.ofNullable(parts.get(Kind.MAGNITUDE)),
        Optional.ofNullable(parts.get(Kind.BIAS)));
  }

  private void checkRank(String name, SourceTensor down, SourceTensor up, long rank) {
    long wanted = config.map(one -> (long) one.rank(name)).orElse(rank);
    if (rank != wanted) {
      throw malformed(
          down,
          "has rank %d (it is %s, row length first), adapter_config.json says %d"
              .formatted(rank, down.shape(), wanted));
    }
    if (rank < 1 || rank > PeftConfig.LARGEST_RANK) {
      throw malformed(down, "has rank %d, wanted 1 to %d".formatted(rank, PeftConfig.LARGEST_RANK));
    }
    if (down.shape().rank() < 2 || up.shape().rank() < 2 || down.shape().elements() == 0) {
      throw malformed(down, "is %s and B %s, wanted matrices".formatted(down.shape(), up.shape()));
    }
    long outputs = up.shape().extents().getLast();
    if (outputs < 1
        || up.shape().elements() / outputs != rank
        || up.shape().elements() % outputs != 0) {
      throw malformed(
          up,
          "is %s (row length first), which has not the rank %d of %s"
              .formatted(up.shape(), rank, down.name()));
    }
  }

  private double alpha(String name, Map<Kind, SourceTensor> parts, int rank) {
    SourceTensor stored = parts.get(Kind.ALPHA);
    if (stored != null) {
      return scalar(stored);
    }
    return config.map(one -> one.alpha(name)).orElse((double) rank);
  }

  private static double scalar(SourceTensor tensor) {
    if (tensor.shape().elements() != 1) {
      throw malformed(tensor, "is %s, wanted one number".formatted(tensor.shape()));
    }
    double value = number(tensor);
    if (!Double.isFinite(value)) {
      throw malformed(tensor, "is " + value + ", wanted a finite number");
    }
    return value;
  }

  private static double number(SourceTensor tensor) {
    MemorySegment bytes = tensor.bytes();
    return switch (tensor.dtype()) {
      case F64 -> bytes.get(Le.DOUBLE, 0);
      case F32 -> bytes.get(Le.FLOAT, 0);
      case F16 -> Float.float16ToFloat(bytes.get(Le.SHORT, 0));
      case BF16 -> Float.intBitsToFloat(bytes.get(Le.SHORT, 0) << 16);
      case I64 -> bytes.get(Le.LONG, 0);
      case I32 -> bytes.get(Le.INT, 0);
      default -> throw malformed(tensor, "has type " + tensor.dtype() + ", wanted a number");
    };
  }

  private static MalformedFileException malformed(SourceTensor tensor, String problem) {
    return new MalformedFileException(tensor.file(), "tensor " + tensor.name() + " " + problem);
  }
}
