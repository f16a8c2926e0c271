package dev.quern.formats.tokenizer;

import dev.quern.formats.subwords.MergeTable;
import dev.quern.formats.subwords.Merger;
import java.util.Map;
import java.util.Set;

/// Whether the merges of a model make every one of its tokens out of that token's own bytes.
///
/// Where they do, as in a vocabulary trained by merging, a word that is a token becomes that token
/// with and without `ignore_merges`: the flag changes nothing.
final class MergeClosure {
  private final BpeVocabulary model;
  private final Merger merger;

  private MergeClosure(BpeVocabulary model) {
    this.model = model;
    MergeTable table = new MergeTable(model.merges().size());
    int rank = 0;
    for (BpeModel.Merge merge : model.merges()) {
      int left = id(merge.left());
      int right = id(merge.right());
      int merged = id(merge.left() + merge.right());
      if (left >= 0 && right >= 0 && merged >= 0) {
        table.add(left, right, rank, merged);
      }
      rank++;
    }
    this.merger = new Merger(table);
  }

  /// True if every token of `model` but `added` ones comes out of merging its characters.
  static boolean reachesEveryToken(BpeVocabulary model, Set<String> added) {
    MergeClosure closure = new MergeClosure(model);
    for (Map.Entry<String, Integer> token : model.ids().entrySet()) {
      if (!added.contains(token.getKey()) && !closure.reaches(token.getKey(), token.getValue())) {
        return false;
      }
    }
    return true;
  }

  private boolean reaches(String token, int wanted) {
    merger.clear();
    token.codePoints().forEach(point -> merger.add(id(Character.toString(point))));
    merger.merge();
    return merger.count() == 1 && merger.get(0) == wanted;
  }

  private int id(String text) {
    return model.ids().getOrDefault(text, -1);
  }
}
