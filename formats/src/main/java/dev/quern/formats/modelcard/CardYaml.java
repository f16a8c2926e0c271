package dev.quern.formats.modelcard;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;

/// A YAML document as a graph of nodes, of which only what is asked for becomes values.
///
/// Values are [String], [Boolean], [Number], [List] and [Map], as deep as metadata needs them: a
/// list of mappings of scalars. Anything else is an [Other]. An alias costs nothing until its value
/// is asked for, and the text of all values together is bounded.
final class CardYaml {
  /// Characters of all values that one document may give: more come only from aliases.
  private static final int MOST_TEXT = 2 * ModelCard.LARGEST;

  private static final int DEEPEST = 50;
  private static final int MOST_ALIASES = 50;
  private static final int DEEPEST_VALUE = 3;

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private @Nullable Scalars scalars;
  private long textRead;

  /// Something that is no text, truth value, number, list or mapping: `what` says it in words.
  record Other(String what) {}

  private CardYaml(MappingNode root) {
    for (NodeTuple entry : root.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key && key.getTag().equals(Tag.STR)) {
        nodes.put(key.getValue(), entry.getValueNode());
      }
    }
  }

  /// Reads `text`, in which nothing must be nested deeper than 50 levels nor more than 50 lists and
  /// mappings be repeated by aliases.
  ///
  /// @throws YAMLException if it is not YAML, or not a mapping; an empty document is an empty
  ///   mapping
  static CardYaml parse(String text) {
    LoaderOptions options = options();
    DumperOptions unused = new DumperOptions();
    Yaml yaml =
        new Yaml(
            new SafeConstructor(options),
            new Representer(unused),
            unused,
            options,
            new CardTypes());
    Node root = yaml.compose(new StringReader(text));
    if (root instanceof MappingNode mapping) {
      return new CardYaml(mapping);
    } else if (root == null || root.getTag().equals(Tag.NULL)) {
      return empty();
    }
    throw new YAMLException("the front matter is not a mapping of keys to values");
  }

  /// A document without keys.
  static CardYaml empty() {
    return new CardYaml(new MappingNode(Tag.MAP, List.of(), DumperOptions.FlowStyle.BLOCK));
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Integer.MAX_VALUE); // the caller has bounded it
    options.setNestingDepthLimit(DEEPEST);
    options.setMaxAliasesForCollections(MOST_ALIASES);
    options.setMergeOnCompose(true);
    options.setWarnOnDuplicateKeys(false);
    return options;
  }

  /// Whether the document has `key`, be it without a value.
  boolean has(String key) {
    return nodes.containsKey(key);
  }

  /// The value of `key`, or null if it has none.
  @Nullable Object value(String key) {
    Node node = nodes.get(key);
    return node == null ? null : value(node, 1);
  }

  private @Nullable Object value(Node node, int depth) {
    return switch (node) {
      case ScalarNode scalar -> scalar(scalar);
      case SequenceNode sequence when depth < DEEPEST_VALUE && node.getTag().equals(Tag.SEQ) -> {
        List<@Nullable Object> values = new ArrayList<>();
        sequence.getValue().forEach(item -> values.add(value(item, depth + 1)));
        yield values;
      }
      case MappingNode mapping when depth < DEEPEST_VALUE && node.getTag().equals(Tag.MAP) ->
          mapping(mapping, depth);
      case SequenceNode sequence -> new Other("a list");
      default -> new Other("a mapping");
    };
  }

  private Map<String, @Nullable Object> mapping(MappingNode node, int depth) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (NodeTuple entry : node.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key && key.getTag().equals(Tag.STR)) {
        values.put(key.getValue(), value(entry.getValueNode(), depth + 1));
      }
    }
    return values;
  }

  private @Nullable Object scalar(ScalarNode node) {
    textRead += node.getValue().length();
    if (textRead > MOST_TEXT) {
      return new Other("text that aliases repeat beyond " + MOST_TEXT + " characters");
    } else if (node.getTag().equals(Tag.STR)) {
      return node.getValue();
    }
    return switch (scalars().value(node)) {
      case null -> null;
      case Boolean flag -> flag;
      case Number number -> number;
      case Date date -> new Other("a date");
      default -> new Other("neither text nor number");
    };
  }

  /// Made when it is needed: it begins with a search of all libraries for a logger.
  private Scalars scalars() {
    Scalars made = scalars;
    if (made == null) {
      made = new Scalars();
      scalars = made;
    }
    return made;
  }

  private static final class Scalars extends SafeConstructor {
    Scalars() {
      super(options());
    }

    @Nullable Object value(ScalarNode node) {
      try {
        return constructObject(node);
      } catch (RuntimeException e) { // NumberFormatException among others: `!!int x`
        return new Other("not what its tag says");
      }
    }
  }
}
