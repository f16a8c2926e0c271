package dev.quern.engine.kernel;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Writes the sources of the loops behind [NibbleProduct] that scale sums, two rows at a time; see
/// [TileSources].
final class ScaleSources {
  private static final int ROWS = 2;

  /// The classes, one for each [NibbleForm].
  private enum Kind {
    SCALES(
        """
        /// Sums of 32 products times both scales.
        ///
        /// A sum is converted where it is, in the upper half of an int: the scales of the activations
        /// are made for that.
        ///
        /// By itself, and in loops: in one method with the products it is too much for the first of the
        /// compilers, which then leaves it to the interpreter.
        """,
        """
        /// Adds the sums of a vector of columns to `c`.
        ///
        /// @param from index of the scales of the first block in those of `x`
        /// @param first block of the tile
        /// @param blocks how many there are, of 32 products
        """),
    OFFSETS(
        """
        /// [NibbleScales] for weights that have offsets, which are multiplied with the sums of the
        /// activations.
        """,
        "/// See [NibbleScales#add1].\n"),
    HALVES(
        "/// [NibbleOffsets] for sums of 16 products, of which two belong to a block.\n",
        "/// See [NibbleScales#add1].\n");

    final String doc;
    final String methodDoc;

    Kind(String doc, String methodDoc) {
      this.doc = doc;
      this.methodDoc = methodDoc;
    }

    String type() {
      return "Nibble" + name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
  }

  private ScaleSources() {}

  /// Every source by the name of its class.
  static Map<String, String> all() {
    Map<String, String> sources = new LinkedHashMap<>();
    for (Kind kind : Kind.values()) {
      sources.put(kind.type(), source(kind));
    }
    return sources;
  }

  private static String source(Kind kind) {
    return """
        package dev.quern.engine.kernel;

        import static jdk.incubator.vector.VectorOperators.I2F;
        import static jdk.incubator.vector.VectorOperators.LSHL;

        import jdk.incubator.vector.FloatVector;
        import jdk.incubator.vector.IntVector;
        import jdk.incubator.vector.VectorSpecies;

        %2$sfinal class %1$s {
          private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
          private static final VectorSpecies<Integer> INTS = Lanes.INTS;
          private static final int LENGTH = Lanes.LENGTH;
          private static final IntVector UPPER = Lanes.NO_INTS.add(0xffff0000);

          private %1$s() {}

        """
            .formatted(kind.type(), kind.doc)
        + kind.methodDoc
        + method(kind, 1)
        + "\n/// The same with two vectors.\n"
        + method(kind, 2)
        + "}\n";
  }

  private static String method(Kind kind, int vectors) {
    int sums = kind == Kind.HALVES ? 2 : 1;
    String step = product(sums * vectors, "NibbleProduct.HEIGHT * LENGTH");
    StringBuilder out =
        new StringBuilder(
                "static void add%d(NibbleTile w, int row, NibbleColumns x,".formatted(vectors))
            .append(" int from, int first, int blocks, float[] c, int to, int ldc) {\n")
            .append("for (int r = 0; r < NibbleProduct.HEIGHT; r += %d) {\n".formatted(ROWS))
            .append("int at = to + r * ldc;\n");
    for (int r = 0; r < ROWS; r++) {
      for (int v = 0; v < 2 * vectors; v++) {
        out.append("FloatVector c%d%d = %s;\n".formatted(r, v, load("Float", "c", sum(r, v))));
      }
    }
    out.append("int j = %s * r;\n".formatted(product(vectors, "LENGTH")))
        .append("for (int b = 0; b < blocks; b++, j += %s) {\n".formatted(step))
        .append("int i = from + b * %d * LENGTH;\n".formatted(2 * vectors))
        .append("int k = (first + b) * NibbleTile.ROWS + row + r;\n");
    if (kind != Kind.SCALES) {
      offsets(vectors, out);
    }
    scales(kind, vectors, out);
    out.append("}\n");
    for (int r = 0; r < ROWS; r++) {
      for (int v = 0; v < 2 * vectors; v++) {
        out.append("c%d%d.intoArray(c, %s);\n".formatted(r, v, sum(r, v)));
      }
    }
    return out.append("}\n}\n").toString();
  }

  private static void offsets(int vectors, StringBuilder out) {
    broadcasts("g", "offsets", out);
    for (int v = 0; v < 2 * vectors; v++) {
      String place = TileSources.plus("i", v, "LENGTH");
      out.append("FloatVector e%d = %s;\n".formatted(v, load("Float", "x.sums", place)));
      for (int r = 0; r < ROWS; r++) {
        out.append("c%2$d%1$d = g%2$d.fma(e%1$d, c%2$d%1$d);\n".formatted(v, r));
      }
    }
  }

  private static void scales(Kind kind, int vectors, StringBuilder out) {
    broadcasts("f", "scales", out);
    for (int r = 0; r < ROWS; r++) {
      for (int v = 0; v < vectors; v++) {
        String place = TileSources.plus("j", r * vectors + v, "LENGTH");
        out.append("IntVector s%d%d = %s;\n".formatted(r, v, load("Int", "w.sums", place)));
        if (kind == Kind.HALVES) {
          String half = place + " + " + product(vectors, "NibbleProduct.HEIGHT * LENGTH");
          out.append("IntVector t%d%d = %s;\n".formatted(r, v, load("Int", "w.sums", half)));
        }
      }
    }
    for (int v = 0; v < 2 * vectors; v++) {
      String place = TileSources.plus("i", v, "LENGTH");
      out.append("FloatVector d%d = %s;\n".formatted(v, load("Float", "x.scales", place)));
      for (int r = 0; r < ROWS; r++) {
        String sum = converted("s", r, v);
        String both = kind == Kind.HALVES ? sum + ".add(" + converted("t", r, v) + ")" : sum;
        out.append("c%2$d%1$d = %3$s.fma(f%2$d.mul(d%1$d), c%2$d%1$d);\n".formatted(v, r, both));
      }
    }
  }

  /// The tokens in the lower halves of ints, and then those in the upper ones.
  private static String converted(String sums, int row, int vector) {
    return "((FloatVector) %s%d%d%s.convert(I2F, 0))"
        .formatted(sums, row, vector / 2, vector % 2 == 0 ? ".lanewise(LSHL, 16)" : ".and(UPPER)");
  }

  private static void broadcasts(String name, String array, StringBuilder out) {
    for (int r = 0; r < ROWS; r++) {
      out.append(
          "FloatVector %s%d = FloatVector.broadcast(FLOATS, w.%s[%s]);\n"
              .formatted(name, r, array, r == 0 ? "k" : "k + " + r));
    }
  }

  private static String load(String type, String array, String place) {
    return "%1$sVector.fromArray(%2$sS, %3$s, %4$s)"
        .formatted(type, type.toUpperCase(Locale.ROOT), array, place);
  }

  /// Where a vector of the sums of a row is in `c`.
  private static String sum(int row, int vector) {
    return TileSources.plus(TileSources.plus("at", row, "ldc"), vector, "LENGTH");
  }

  private static String product(int factor, String unit) {
    return factor == 1 ? unit : factor + " * " + unit;
  }
}
