package dev.quern.formats.architecture;

import dev.quern.formats.Shape;
import dev.quern.formats.SourceTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Where every tensor of a GGUF comes from, and what is wrong with the checkpoint that it should
/// come from.
///
/// @param tensors in the order of the GGUF
/// @param problems one line each; a conversion must not begin while there are any
public record TensorMap(List<TensorMapping> tensors, List<String> problems) {
  /// More problems of one kind than this are counted, not listed.
  private static final int LISTED = 8;

  public TensorMap {
    tensors = List.copyOf(tensors);
    problems = List.copyOf(problems);
  }

  /// Collects mappings and problems.
  public static final class Builder {
    private final Path file;
    private final List<TensorMapping> tensors = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final List<String> problems = new ArrayList<>();
    private int unknown;
    private int missing;

    /// A map of the checkpoint that messages call `file`.
    public Builder(Path file) {
      this.file = file;
    }

    /// Adds a tensor; a name that is there already is a problem.
    public void add(TensorMapping mapping) {
      if (names.add(mapping.name())) {
        tensors.add(mapping);
      } else {
        twice(mapping.name());
      }
    }

    /// Notes that `name` was found, though what it was made of cannot be used.
    void claim(String name) {
      names.add(name);
    }

    /// Notes that more than one tensor becomes `name`.
    void twice(String name) {
      problems.add(file + ": two tensors become " + name);
    }

    /// Notes that of the tensors that are stacked into `name` only some are there.
    void incomplete(String name, int found, int wanted) {
      names.add(name);
      if (++missing <= LISTED) {
        problems.add("%s: %s has %d parts, wanted %d".formatted(file, name, found, wanted));
      }
    }

    /// Notes that no rule of the family knows `tensor`.
    public void unknown(SourceTensor tensor) {
      if (++unknown <= LISTED) {
        problems.add(
            "%s: tensor %s (%s, %s) is not known to this architecture; if it is left over from another tool, remove it"
                .formatted(tensor.file(), tensor.name(), tensor.dtype(), tensor.shape()));
      }
    }

    /// Notes a tensor whose extents are not those that the configuration says; true if they are.
    public boolean check(SourceTensor tensor, String name, Shape wanted) {
      boolean agrees = tensor.shape().equals(wanted);
      if (!agrees) {
        problems.add(
            "%s: tensor %s is %s (row length first), %s says %s for %s"
                .formatted(
                    tensor.file(), tensor.name(), tensor.shape(), configuration(), wanted, name));
      }
      return agrees;
    }

    /// The file that gives a checkpoint its extents: Meta's are called otherwise.
    private String configuration() {
      return String.valueOf(file.getFileName()).startsWith("consolidated.")
          ? "params.json"
          : "config.json";
    }

    /// Notes which of `required` nothing was added for.
    public void require(List<String> required) {
      for (String name : required) {
        if (!names.contains(name) && ++missing <= LISTED) {
          problems.add(file + ": no tensor becomes " + name + ", which this architecture needs");
        }
      }
    }

    /// What was collected.
    public TensorMap build() {
      List<String> lines = new ArrayList<>(problems);
      if (unknown > LISTED) {
        lines.add(file + ": " + (unknown - LISTED) + " more tensors are not known");
      }
      if (missing > LISTED) {
        lines.add(file + ": " + (missing - LISTED) + " more tensors are missing");
      }
      return new TensorMap(tensors, lines);
    }
  }
}
