package dev.quern.engine.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// Writes the sources of register tiles, whose loops are unrolled to one line for each sum.
///
/// `main` writes them to the folder that it is given; a test compares them with those in the tree,
/// but for blanks: `./mvnw spotless:apply` puts those in order.
final class TileSources {
  private static final Map<String, String> TILE_DOCS = new LinkedHashMap<>();

  static {
    TILE_DOCS.put(
        "6x4",
        "Six rows by four vectors: 24 sums, the shape that comes nearest to the peak with 32"
            + " registers.");
    TILE_DOCS.put(
        "6x2",
        "Six rows by two vectors: for machines with 16 registers, and what four vectors leave"
            + " over.");
    TILE_DOCS.put("6x1", "Six rows by one vector.");
    TILE_DOCS.put("1x4", "One row by four vectors.");
    TILE_DOCS.put("1x2", "One row by two vectors.");
    TILE_DOCS.put("1x1", "One row by one vector.");
  }

  private TileSources() {}

  public static void main(String[] arguments) throws IOException {
    for (Map.Entry<String, String> source : all().entrySet()) {
      Files.writeString(Path.of(arguments[0], source.getKey() + ".java"), source.getValue());
    }
  }

  /// Every source by the name of its class.
  static Map<String, String> all() {
    Map<String, String> sources = new LinkedHashMap<>();
    TILE_DOCS.forEach((shape, doc) -> sources.put("Tile" + shape, tile(shape, doc)));
    for (String shape : new String[] {"12x2", "12x1", "6x2", "6x1"}) {
      sources.put("Block" + shape, block(shape));
    }
    for (String shape : new String[] {"8x2", "8x1", "4x2", "4x1"}) {
      sources.put("Nibble" + shape, nibble(shape));
    }
    sources.putAll(ScaleSources.all());
    for (SixteenBits type : SixteenBits.values()) {
      sources.put(type + "Rows8", eightRows(type));
    }
    return sources;
  }

  /// Types of 16 bits, and how their bits come into the place of a float's.
  private enum SixteenBits {
    F16(".lanewise(LSHL, 13).and(0x8fffe000).reinterpretAsFloats()", ".mul(HALF_WAY)"),
    BF16(".lanewise(LSHL, 16).reinterpretAsFloats()", "");

    final String place;
    final String scale;

    SixteenBits(String place, String scale) {
      this.place = place;
      this.scale = scale;
    }
  }

  private static int rows(String shape) {
    return Integer.parseInt(shape.substring(0, shape.indexOf('x')));
  }

  private static int vectors(String shape) {
    return Integer.parseInt(shape.substring(shape.indexOf('x') + 1));
  }

  /// `base + factor * unit`, as short as it can be written.
  static String plus(String base, int factor, String unit) {
    return switch (factor) {
      case 0 -> base;
      case 1 -> base + " + " + unit;
      default -> base + " + " + factor + " * " + unit;
    };
  }

  /// Floats, weights row by row.
  private static String tile(String shape, String doc) {
    String body = floats(shape, "int i = from + k * ldx;", row -> plus("at", row, "ldw") + " + k");
    return header(
            "Tile" + shape,
            doc,
            "/// Adds `w · x` to `c`; see [Tile#multiply] for the arguments.",
            vectors(shape) > 1,
            false)
        + "static void add(float[] w, int at, int ldw, float[] x, int from, int ldx, float[] c,"
        + " int to, int ldc, int depth) {\n"
        + body;
  }

  /// Floats, weights column by column.
  private static String block(String shape) {
    String load =
        "int i = from + k * "
            + (vectors(shape) == 1 ? "LENGTH" : vectors(shape) + " * LENGTH")
            + ";\nint j = at + k * ldw;";
    return header(
            "Block" + shape,
            rows(shape) + " rows by " + vectors(shape) + " vectors of floats.",
            "/// Adds `w · x` to `c`; see [Block#multiply] for the arguments.",
            true,
            false)
        + "static void add(float[] w, int at, int ldw, float[] x, int from, float[] c, int to,"
        + " int ldc, int depth) {\n"
        + floats(shape, load, row -> row == 0 ? "j" : "j + " + row);
  }

  private interface WeightIndex {
    String of(int row);
  }

  private static String floats(String shape, String start, WeightIndex weight) {
    int rows = rows(shape);
    int vectors = vectors(shape);
    StringBuilder out = new StringBuilder();
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        out.append("FloatVector s%d%d = FloatVector.zero(FLOATS);\n".formatted(r, v));
      }
    }
    out.append("for (int k = 0; k < depth; k++) {\n").append(start).append('\n');
    for (int v = 0; v < vectors; v++) {
      String index = plus("i", v, "LENGTH");
      out.append("FloatVector x%d = FloatVector.fromArray(FLOATS, x, %s);\n".formatted(v, index));
    }
    for (int r = 0; r < rows; r++) {
      out.append(
          "FloatVector w%d = FloatVector.broadcast(FLOATS, w[%s]);\n".formatted(r, weight.of(r)));
      for (int v = 0; v < vectors; v++) {
        out.append("s%d%d = x%d.fma(w%d, s%d%d);\n".formatted(r, v, v, r, r, v));
      }
    }
    out.append("}\n");
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        String place = plus(plus("to", r, "ldc"), v, "LENGTH");
        out.append(
            "s%d%d.add(FloatVector.fromArray(FLOATS, c, %s)).intoArray(c, %s);\n"
                .formatted(r, v, place, place));
      }
    }
    return out.append("}\n}\n").toString();
  }

  /// Integers of 16 bits, weights column by column.
  private static String nibble(String shape) {
    int rows = rows(shape);
    int vectors = vectors(shape);
    StringBuilder out =
        new StringBuilder(
            header(
                "Nibble" + shape,
                rows + " rows by " + vectors + " vectors of 16-bit integers.",
                "/// Leaves the sums of `span` products from element `first` in the sums of `w`, as many together\n/// as its form says.",
                true,
                true));
    String width = vectors == 1 ? "LENGTH" : vectors + " * LENGTH";
    out.append("static void sum(NibbleTile w, int row, NibbleColumns x, int from, int first, int")
        .append(" span) {\n")
        .append("int[] weights = w.weights;\nint[] columns = x.values;\nint[] sums = w.sums;\n")
        .append("int together = w.form.together;\nint to = 0;\n")
        .append(
            "for (int b = first; b < first + span; b += together, to += %d * LENGTH) {\n"
                .formatted(rows * vectors));
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        out.append("ShortVector s%d%d = ShortVector.zero(SHORTS);\n".formatted(r, v));
      }
    }
    out.append("int i = from + b * %s;\n".formatted(width))
        .append("int j = b * NibbleTile.ROWS + row;\n")
        .append(
            "for (int k = 0; k < together; k++, i += %s, j += NibbleTile.ROWS) {\n"
                .formatted(width));
    for (int v = 0; v < vectors; v++) {
      out.append(
          "ShortVector x%d = IntVector.fromArray(INTS, columns, %s).reinterpretAsShorts();\n"
              .formatted(v, plus("i", v, "LENGTH")));
    }
    for (int r = 0; r < rows; r++) {
      out.append(
          "ShortVector w%d = IntVector.broadcast(INTS, weights[%s]).reinterpretAsShorts();\n"
              .formatted(r, r == 0 ? "j" : "j + " + r));
      for (int v = 0; v < vectors; v++) {
        out.append("s%d%d = x%d.mul(w%d).add(s%d%d);\n".formatted(r, v, v, r, r, v));
      }
    }
    out.append("}\n");
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < vectors; v++) {
        String place = plus("to", r * vectors + v, "LENGTH");
        out.append("s%d%d.reinterpretAsInts().intoArray(sums, %s);\n".formatted(r, v, place));
      }
    }
    return out.append("}\n}\n}\n").toString();
  }

  /// Eight rows of a type of 16 bits, one after another, by one vector.
  private static String eightRows(SixteenBits type) {
    StringBuilder out = new StringBuilder(eightRowsHeader(type));
    for (int r = 0; r < 8; r++) {
      out.append("FloatVector s%d = FloatVector.zero(FLOATS);\n".formatted(r));
    }
    out.append("for (int i = 0; i < n; i += LENGTH) {\n")
        .append("long p = at + 2L * i;\nFloatVector v = FloatVector.fromArray(FLOATS, x, from + i)")
        .append(type.scale)
        .append(";\n");
    for (int r = 0; r < 8; r++) {
      out.append(
          ("FloatVector w%1$d = ((IntVector) ShortVector.fromMemorySegment(HALVES, w, %2$s,"
                  + " ByteOrder.LITTLE_ENDIAN).convertShape(S2I, INTS, 0))%3$s;\n"
                  + "s%1$d = v.fma(w%1$d, s%1$d);\n")
              .formatted(r, plus("p", r, "stride"), type.place));
    }
    out.append("}\n");
    for (int distance : new int[] {8, 4, 2, 1}) {
      out.append(distance > 2 ? "if (LENGTH >= %d) {\n".formatted(2 * distance) : "");
      for (int r = 0; r < 8; r++) {
        out.append("s%1$d = s%1$d.add(s%1$d.rearrange(Lanes.SWAP_%2$d));\n".formatted(r, distance));
      }
      out.append(distance > 2 ? "}\n" : "");
    }
    for (int r = 0; r < 8; r++) {
      out.append("y[%s] = s%d%s.lane(0);\n".formatted(r == 0 ? "to" : "to + " + r, r, type.scale));
    }
    return out.append("}\n}\n").toString();
  }

  private static String eightRowsHeader(SixteenBits type) {
    boolean halves = type == SixteenBits.F16;
    return "package dev.quern.engine.kernel;\n\n"
        + "import static jdk.incubator.vector.VectorOperators.LSHL;\n"
        + "import static jdk.incubator.vector.VectorOperators.S2I;\n\n"
        + "import java.lang.foreign.MemorySegment;\nimport java.nio.ByteOrder;\n"
        + "import jdk.incubator.vector.FloatVector;\nimport jdk.incubator.vector.IntVector;\n"
        + "import jdk.incubator.vector.ShortVector;\nimport jdk.incubator.vector.VectorSpecies;\n\n"
        + "/// Eight rows of %s at once, so that the vector is read once for all of them.\n"
            .formatted(type)
        + (halves
            ? "///\n/// As in [F16Rows], but for the factor: half of it goes to the vector, half to"
                + " the\n/// sums.\n"
            : "")
        + "final class %1$sRows8 {\n".formatted(type)
        + "private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;\n"
        + "private static final VectorSpecies<Integer> INTS = Lanes.INTS;\n"
        + "private static final VectorSpecies<Short> HALVES = Lanes.HALVES;\n"
        + "private static final int LENGTH = Lanes.LENGTH;\n"
        + (halves ? "private static final float HALF_WAY = RoundedVector.HALF_WAY;\n" : "")
        + "\nprivate %sRows8() {}\n\n".formatted(type)
        + "/// Writes the products of eight rows, `stride` bytes apart, to `y`; `n` is a whole"
        + " number of\n/// vectors.\n"
        + "static void multiply(MemorySegment w, long at, long stride, float[] x, int from, int n,"
        + " float[] y, int to) {\n";
  }

  private static String header(
      String name, String doc, String methodDoc, boolean length, boolean integers) {
    StringBuilder out = new StringBuilder("package dev.quern.engine.kernel;\n\n");
    if (!integers) {
      out.append("import jdk.incubator.vector.FloatVector;\n");
    }
    if (integers) {
      out.append("import jdk.incubator.vector.IntVector;\n")
          .append("import jdk.incubator.vector.ShortVector;\n");
    }
    out.append("import jdk.incubator.vector.VectorSpecies;\n\n/// ")
        .append(doc)
        .append("\nfinal class ")
        .append(name)
        .append(" {\n");
    if (!integers) {
      out.append("private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;\n");
    } else {
      out.append("private static final VectorSpecies<Integer> INTS = Lanes.INTS;\n")
          .append("private static final VectorSpecies<Short> SHORTS = Lanes.SHORTS;\n");
    }
    if (length) {
      out.append("private static final int LENGTH = Lanes.LENGTH;\n");
    }
    return out.append("\nprivate ")
        .append(name)
        .append("() {}\n\n")
        .append(methodDoc)
        .append('\n')
        .toString();
  }
}
