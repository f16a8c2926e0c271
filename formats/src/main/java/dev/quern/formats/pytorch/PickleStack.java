package dev.quern.formats.pytorch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The stack of a [PickleMachine] with its marks: nothing below the last mark can be reached.
final class PickleStack {
  /// Items on the stack at once; Python writes at most 1000 between two marks.
  private static final int DEEPEST = 1 << 20;

  private final PickleInput in;
  private final List<Pickled> items = new ArrayList<>();
  private int[] marks = new int[16];
  private int markCount;

  PickleStack(PickleInput in) {
    this.in = in;
  }

  void push(Pickled item) {
    if (items.size() == DEEPEST) {
      throw in.malformed("more than " + DEEPEST + " items would lie on the stack");
    }
    items.add(item);
  }

  Pickled pop() {
    top();
    return items.removeLast();
  }

  Pickled top() {
    if (items.size() == bottom()) {
      throw in.malformed("the stack is empty" + (markCount == 0 ? "" : " above its last mark"));
    }
    return items.getLast();
  }

  void mark() {
    if (markCount == DEEPEST) {
      throw in.malformed("more than " + DEEPEST + " marks would lie on the stack");
    }
    if (markCount == marks.length) {
      marks = Arrays.copyOf(marks, 2 * markCount);
    }
    marks[markCount++] = items.size();
  }

  /// Takes the last mark and everything above it, in the order in which it was pushed.
  List<Pickled> popToMark() {
    if (markCount == 0) {
      throw in.malformed("there is no mark on the stack");
    }
    int from = marks[--markCount];
    List<Pickled> above = items.subList(from, items.size());
    List<Pickled> taken = List.copyOf(above);
    above.clear();
    return taken;
  }

  /// True if an item lies above the last mark.
  boolean hasItem() {
    return items.size() > bottom();
  }

  private int bottom() {
    return markCount == 0 ? 0 : marks[markCount - 1];
  }
}
