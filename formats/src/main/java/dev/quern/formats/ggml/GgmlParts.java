package dev.quern.formats.ggml;

import dev.quern.formats.MalformedFileException;
import dev.quern.formats.MappedFile;
import dev.quern.formats.Shape;
import dev.quern.formats.TensorData;
import dev.quern.formats.TensorInfo;
import dev.quern.formats.io.HeapBudget;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/// A model of `ggml` or `ggmf` whose matrices are cut into as many parts as Meta's files had ranks:
/// `m.bin`, `m.bin.1` and so on, each with the same header and tokens.
///
/// | matrix | parts |
/// |---|---|
/// | `token_embd`, `attn_output`, `ffn_down` | side by side: each has some columns of every row |
/// | `output`, `attn_q`, `attn_k`, `attn_v`, `ffn_gate`, `ffn_up` | one below the other |
/// | norms | each whole in every part |
final class GgmlParts {
  private static final int MOST = 64;

  private final MappedFile first;
  private final GgmlPart part;
  private final List<MappedFile> files = new ArrayList<>();
  private final List<GgmlPart> parts = new ArrayList<>();

  private GgmlParts(MappedFile first, GgmlPart part) {
    this.first = first;
    this.part = part;
    files.add(first);
    parts.add(part);
  }

  /// Reads `first` and the files that belong to it.
  static GgmlParts read(MappedFile first) {
    HeapBudget budget = HeapBudget.ofThisJvm();
    GgmlParts all = new GgmlParts(first, GgmlPart.read(first, budget));
    try {
      all.readOthers(budget);
    } catch (RuntimeException e) {
      all.files.stream().skip(1).forEach(MappedFile::close);
      throw e;
    }
    return all;
  }

  private void readOthers(HeapBudget budget) {
    long count = count();
    for (int i = 1; i < count; i++) {
      Path path = Path.of(first.path() + "." + i);
      if (!Files.isRegularFile(path)) {
        throw new MalformedFileException(
            first.path(),
            "is one of %d parts, of which %s is not there; open the first of them"
                .formatted(count, path.getFileName()));
      }
      MappedFile file = MappedFile.open(path);
      files.add(file);
      GgmlPart other = GgmlPart.read(file, budget);
      if (!other.header().equals(part.header())) {
        throw new MalformedFileException(
            path, "is no part of " + first.path() + ": they begin differently");
      }
      parts.add(other);
    }
  }

  /// How many parts there are, by how much of a token's vector the first has.
  private long count() {
    TensorData embedding = part.tensors().get("token_embd.weight");
    if (embedding == null || part.header().isAligned()) {
      return 1;
    }
    long width = part.header().width();
    long length = embedding.info().shape().rowLength();
    return width % length == 0 && width / length <= MOST ? width / length : 1;
  }

  GgmlHeader header() {
    return part.header();
  }

  GgmlTokens tokens() {
    return part.tokens();
  }

  /// The files, the first of which is the caller's own.
  List<MappedFile> files() {
    return List.copyOf(files);
  }

  /// The tensors of the whole model.
  ///
  /// @throws MalformedFileException if a part lacks a tensor, or has it in another form
  SequencedMap<String, TensorData> tensors() {
    if (parts.size() == 1) {
      return part.tensors();
    }
    SequencedMap<String, TensorData> whole = new LinkedHashMap<>();
    part.tensors().forEach((name, tensor) -> whole.put(name, joined(name, tensor)));
    return whole;
  }

  private TensorData joined(String name, TensorData tensor) {
    List<TensorData> all = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      TensorData other = parts.get(i).tensors().get(name);
      if (other == null || !other.info().equals(tensor.info())) {
        throw new MalformedFileException(
            files.get(i).path(),
            "the tensor that becomes %s is %s here, and %s in the first part"
                .formatted(
                    name,
                    other == null ? "not" : other.info().type() + " " + other.info().shape(),
                    tensor.info().type() + " " + tensor.info().shape()));
      }
      all.add(other);
    }
    Shape shape = tensor.info().shape();
    return shape.rank() == 1 ? tensor : Joined.of(all, isSideBySide(name));
  }

  private static boolean isSideBySide(String name) {
    return name.equals("token_embd.weight")
        || name.endsWith(".attn_output.weight")
        || name.endsWith(".ffn_down.weight");
  }

  /// A matrix of several parts of one shape.
  ///
  /// @param sideBySide true if a row is made of a row of every part
  private record Joined(TensorInfo info, List<TensorData> parts, boolean sideBySide)
      implements TensorData {

    static Joined of(List<TensorData> parts, boolean sideBySide) {
      TensorInfo one = parts.getFirst().info();
      long columns = one.shape().rowLength() * (sideBySide ? parts.size() : 1);
      long rows = one.shape().rows() * (sideBySide ? 1 : parts.size());
      return new Joined(
          new TensorInfo(one.name(), one.type(), Shape.of(columns, rows)), parts, sideBySide);
    }

    @Override
    public Optional<String> encoding() {
      return parts.getFirst().encoding().map(words -> words + ", in " + parts.size() + " parts");
    }

    @Override
    public void read(long from, long count, MemorySegment into) {
      Objects.checkFromIndexSize(from, count, info.shape().rows());
      Objects.checkFromIndexSize(0, count * info.rowBytes(), into.byteSize());
      long rows = parts.getFirst().info().shape().rows();
      long bytes = parts.getFirst().info().rowBytes();
      for (long i = 0; i < count; i++) {
        long row = from + i;
        if (sideBySide) {
          for (int k = 0; k < parts.size(); k++) {
            long to = (i * parts.size() + k) * bytes;
            parts.get(k).read(row, 1, into.asSlice(to, bytes));
          }
        } else {
          TensorData part = parts.get(Math.toIntExact(row / rows));
          part.read(row % rows, 1, into.asSlice(i * bytes, bytes));
        }
      }
    }
  }
}
