package dev.quern.formats.modelcard;

import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/// Which words of a model card are numbers and the like, by the rules of PyYAML, which wrote most
/// of them: unlike other readers it takes `1e5` for a word and `0_` for a number.
final class CardTypes extends Resolver {
  private static final Pattern INTEGER =
      Pattern.compile(
          "[-+]?0b[0-1_]+"
              + "|[-+]?0[0-7_]+"
              + "|[-+]?(0|[1-9][0-9_]*)"
              + "|[-+]?0x[0-9a-fA-F_]+"
              + "|[-+]?[1-9][0-9_]*(:[0-5]?[0-9])+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "[-+]?[0-9][0-9_]*\\.[0-9_]*([eE][-+][0-9]+)?"
              + "|\\.[0-9][0-9_]*([eE][-+][0-9]+)?"
              + "|[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\\.[0-9_]*"
              + "|[-+]?\\.(inf|Inf|INF)"
              + "|\\.(nan|NaN|NAN)");

  /// Longer words are text: no number is that long, and patterns recurse.
  private static final int LONGEST_NUMBER = 200;

  @Override
  protected void addImplicitResolvers() {
    addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
    addImplicitResolver(Tag.INT, Pattern.compile("^(?:" + INTEGER + ")$"), "-+0123456789");
    addImplicitResolver(Tag.FLOAT, Pattern.compile("^(?:" + FLOAT + ")$"), "-+0123456789.");
    addImplicitResolver(Tag.MERGE, MERGE, "<");
    addImplicitResolver(Tag.NULL, NULL, "~nN\0");
    addImplicitResolver(Tag.NULL, EMPTY, null);
    addImplicitResolver(Tag.TIMESTAMP, TIMESTAMP, "0123456789");
  }

  @Override
  public Tag resolve(NodeId kind, String value, boolean implicit) {
    boolean word = kind == NodeId.scalar && value.length() > LONGEST_NUMBER;
    return word ? Tag.STR : super.resolve(kind, value, implicit);
  }
}
