package dev.quern.formats.subwords;

import java.util.Arrays;

/// Texts by their characters, so that all that begin at a place are found in one walk.
public final class CharacterTrie {
  /// The node to start from.
  public static final int ROOT = 0;

  /// What stands for no node and for no value.
  public static final int NONE = -1;

  private final MergeTable edges;
  private int[] values = new int[1024];
  private int nodes = 1;

  /// An empty trie for about `expected` characters in all.
  public CharacterTrie(int expected) {
    this.edges = new MergeTable(expected);
    Arrays.fill(values, NONE);
  }

  /// Puts `text` in with `value`, which replaces the value it had.
  public void put(String text, int value) {
    int node = ROOT;
    for (int i = 0; i < text.length(); i++) {
      int next = child(node, text.charAt(i));
      node = next == NONE ? grow(node, text.charAt(i)) : next;
    }
    values[node] = value;
  }

  private int grow(int parent, char character) {
    if (nodes == values.length) {
      values = Arrays.copyOf(values, nodes * 2);
      Arrays.fill(values, nodes, values.length, NONE);
    }
    edges.add(parent, character, 0, nodes);
    return nodes++;
  }

  /// The node after `node` and `character`, or [#NONE].
  public int child(int node, char character) {
    long found = edges.find(node, character);
    return found == MergeTable.NONE ? NONE : (int) found;
  }

  /// The value of the text that ends at `node`, or [#NONE].
  public int value(int node) {
    return values[node];
  }

  /// The end of the longest text that begins at `from`, or [#NONE].
  public int longest(String text, int from) {
    int end = NONE;
    int node = ROOT;
    for (int at = from; at < text.length(); at++) {
      node = child(node, text.charAt(at));
      if (node == NONE) {
        break;
      }
      if (values[node] != NONE) {
        end = at + 1;
      }
    }
    return end;
  }

  /// The value of `text`, or [#NONE].
  public int find(String text) {
    int node = ROOT;
    for (int at = 0; at < text.length() && node != NONE; at++) {
      node = child(node, text.charAt(at));
    }
    return node == NONE ? NONE : values[node];
  }
}
