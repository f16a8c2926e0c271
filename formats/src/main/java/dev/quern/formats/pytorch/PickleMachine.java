package dev.quern.formats.pytorch;

import dev.quern.formats.io.HeapBudget;
import dev.quern.formats.pytorch.Pickled.Flag;
import dev.quern.formats.pytorch.Pickled.Mapping;
import dev.quern.formats.pytorch.Pickled.None;
import dev.quern.formats.pytorch.Pickled.Opaque;
import dev.quern.formats.pytorch.Pickled.Sequence;
import dev.quern.formats.pytorch.Pickled.Text;
import dev.quern.formats.pytorch.Pickled.Tuple;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Runs a pickle without Python: see the package documentation for what it cannot do.
final class PickleMachine {
  private static final int NEWEST_PROTOCOL = 5;
  private static final int OBJECT = 48;
  private static final int SLOT = 16;

  /// What an entry of a dictionary costs.
  static final int MEMBER = 80;

  private final PickleInput in;
  private final HeapBudget budget;
  private final PersistentIds storages;
  private final PickleStack stack;
  private final PickleLiterals literals;
  private final TorchObjects objects;
  private final Map<Long, Pickled> memo = new HashMap<>();

  /// What a persistent id stands for; `in` makes the message if it stands for nothing.
  @FunctionalInterface
  interface PersistentIds {
    /// None that is known.
    PersistentIds NONE =
        (id, in) -> {
          throw in.malformed("a persistent id is " + id.kind() + " where none is expected");
        };

    Pickled find(Pickled id, PickleInput in);
  }

  private PickleMachine(PickleInput in, HeapBudget budget, PersistentIds storages) {
    this.in = in;
    this.budget = budget;
    this.storages = storages;
    this.stack = new PickleStack(in);
    this.literals = new PickleLiterals(in);
    this.objects = new TorchObjects(in, this::charge);
  }

  /// Runs the pickle that `in` is at, and leaves `in` behind it.
  ///
  /// @throws dev.quern.formats.MalformedFileException if it is not one, or wants what tensors do
  ///   not need
  static Pickled run(PickleInput in, HeapBudget budget, PersistentIds storages) {
    return new PickleMachine(in, budget, storages).run();
  }

  private Pickled run() {
    PickleOpcode opcode = in.next();
    while (opcode != PickleOpcode.STOP) {
      step(opcode);
      opcode = in.next();
    }
    return stack.pop();
  }

  // one line for every opcode: a shorter method would hide the table
  private void step(PickleOpcode opcode) {
    switch (opcode) {
      case PROTO -> checkProtocol(in.unsigned8());
      case FRAME -> checkFrame(in.int64());
      case STOP -> throw new IllegalStateException("the loop ends at STOP");
      case MARK -> stack.mark();
      case POP -> pop();
      case POP_MARK -> stack.popToMark();
      case DUP -> stack.push(stack.top());
      case NONE -> stack.push(new None());
      case NEWTRUE -> stack.push(new Flag(true));
      case NEWFALSE -> stack.push(new Flag(false));
      case INT, LONG, BININT, BININT1, BININT2, LONG1, LONG4, FLOAT, BINFLOAT ->
          pushNew(literals.number(opcode), 0);
      case STRING, UNICODE, BINSTRING, SHORT_BINSTRING, BINUNICODE, SHORT_BINUNICODE, BINUNICODE8 ->
          pushText(literals.text(opcode));
      case BINBYTES, SHORT_BINBYTES, BINBYTES8, BYTEARRAY8 -> pushNew(literals.bytes(opcode), 0);
      case EMPTY_TUPLE -> pushTuple(List.of());
      case TUPLE1 -> pushTuple(pop(1));
      case TUPLE2 -> pushTuple(pop(2));
      case TUPLE3 -> pushTuple(pop(3));
      case TUPLE -> pushTuple(stack.popToMark());
      case EMPTY_LIST -> pushNew(new Sequence(), 0);
      case EMPTY_DICT -> pushNew(new Mapping(), SLOT);
      case EMPTY_SET -> pushNew(new Opaque("a set"), 0);
      case LIST -> addItems(new Sequence(), stack.popToMark());
      case DICT -> addMembers(new Mapping(), stack.popToMark());
      case FROZENSET -> pushOpaque(stack.popToMark());
      case APPEND -> append(pop(1));
      case APPENDS -> append(stack.popToMark());
      case SETITEM -> set(pop(2));
      case SETITEMS -> set(stack.popToMark());
      case ADDITEMS -> addToSet(stack.popToMark());
      case PUT, BINPUT, LONG_BINPUT -> memorize(memoKey(opcode));
      case MEMOIZE -> memorize(memo.size());
      case GET, BINGET, LONG_BINGET -> recall(memoKey(opcode));
      case GLOBAL -> stack.push(PickleGlobals.find(in.line(), in.line(), in));
      case STACK_GLOBAL -> pushGlobal(pop(2));
      case PERSID -> pushNew(storages.find(new Text(in.line()), in), 0);
      case BINPERSID -> pushNew(storages.find(stack.pop(), in), 0);
      case REDUCE, NEWOBJ -> call(pop(2));
      case NEWOBJ_EX -> callWithNames(pop(3));
      case INST -> instantiate(PickleGlobals.find(in.line(), in.line(), in), stack.popToMark());
      case OBJ -> instantiate(stack.popToMark());
      case BUILD -> build(stack.pop());
      case EXT1, EXT2, EXT4 -> throw in.malformed("a name comes from Python's extension registry");
      case NEXT_BUFFER, READONLY_BUFFER ->
          throw in.malformed("a buffer is wanted that is not in the pickle");
    }
  }

  private void checkProtocol(int version) {
    if (version > NEWEST_PROTOCOL) {
      throw in.malformed("the pickle has protocol " + version + ", known are 0 to 5");
    }
  }

  private void checkFrame(long length) {
    long at = in.position();
    if (length < 0 || length > PickleInput.LONGEST) {
      throw in.malformed(
          "a frame of %s bytes begins at byte %d, wanted at most %d"
              .formatted(Long.toUnsignedString(length), at, PickleInput.LONGEST));
    }
  }

  private void pop() {
    if (stack.hasItem()) {
      stack.pop();
    } else {
      stack.popToMark();
    }
  }

  private List<Pickled> pop(int count) {
    Pickled last = stack.pop();
    if (count == 1) {
      return List.of(last);
    }
    Pickled second = stack.pop();
    return count == 2 ? List.of(second, last) : List.of(stack.pop(), second, last);
  }

  private void charge(long bytes) {
    budget.charge(in.file(), "pickle", bytes);
  }

  private void pushNew(Pickled value, long more) {
    charge(OBJECT + more);
    stack.push(value);
  }

  private void pushText(Pickled text) {
    pushNew(text, text instanceof Text(String value) ? 2L * value.length() : 0);
  }

  private void pushTuple(List<Pickled> items) {
    charge(OBJECT + (long) SLOT * items.size());
    stack.push(new Tuple(items));
  }

  private void pushOpaque(List<Pickled> ignored) {
    pushNew(new Opaque("a set of " + ignored.size()), 0);
  }

  private void addItems(Sequence list, List<Pickled> items) {
    charge(OBJECT + (long) SLOT * items.size());
    list.items().addAll(items);
    stack.push(list);
  }

  private void addMembers(Mapping mapping, List<Pickled> pairs) {
    pushNew(mapping, SLOT);
    set(pairs);
  }

  private void append(List<Pickled> items) {
    if (stack.top() instanceof Opaque) {
      return;
    }
    if (!(stack.top() instanceof Sequence list)) {
      throw in.malformed("items are appended to " + stack.top().kind() + ", wanted a list");
    }
    charge((long) SLOT * items.size());
    list.items().addAll(items);
  }

  private void set(List<Pickled> pairs) {
    if (stack.top() instanceof Opaque) {
      return;
    }
    if (!(stack.top() instanceof Mapping mapping)) {
      throw in.malformed("members are set in " + stack.top().kind() + ", wanted a dictionary");
    }
    if (pairs.size() % 2 != 0) {
      throw in.malformed("a key has no value");
    }
    charge((long) MEMBER * pairs.size() / 2);
    for (int i = 0; i < pairs.size(); i += 2) {
      if (pairs.get(i) instanceof Text(String key)) {
        mapping.put(key, pairs.get(i + 1), in);
      }
    }
  }

  private void addToSet(List<Pickled> items) {
    if (!(stack.top() instanceof Opaque)) {
      throw in.malformed(
          items.size() + " items are added to " + stack.top().kind() + ", wanted a set");
    }
  }

  private long memoKey(PickleOpcode opcode) {
    return switch (opcode) {
      case BINPUT, BINGET -> in.unsigned8();
      case LONG_BINPUT, LONG_BINGET -> in.unsigned32();
      default -> literals.memoKey();
    };
  }

  private void memorize(long key) {
    charge(MEMBER);
    memo.put(key, stack.top());
  }

  private void recall(long key) {
    Pickled value = memo.get(key);
    if (value == null) {
      throw in.malformed("nothing was remembered under " + key);
    }
    stack.push(value);
  }

  private void pushGlobal(List<Pickled> names) {
    if (!(names.get(0) instanceof Text(String module))
        || !(names.get(1) instanceof Text(String name))) {
      throw in.malformed(
          "a name is made of %s and %s, wanted two strings"
              .formatted(names.get(0).kind(), names.get(1).kind()));
    }
    stack.push(PickleGlobals.find(module, name, in));
  }

  private void call(List<Pickled> call) {
    instantiate(call.get(0), call.get(1));
  }

  private void callWithNames(List<Pickled> call) {
    if (!(call.get(2) instanceof Mapping names) || !names.members().isEmpty()) {
      throw in.malformed(call.get(0).kind() + " is called with arguments by name, wanted none");
    }
    instantiate(call.get(0), call.get(1));
  }

  private void instantiate(List<Pickled> call) {
    if (call.isEmpty()) {
      throw in.malformed("an object is made of nothing");
    }
    instantiate(call.getFirst(), call.subList(1, call.size()));
  }

  private void instantiate(Pickled function, Pickled arguments) {
    if (!(arguments instanceof Tuple(List<Pickled> items))) {
      throw in.malformed(function.kind() + " is called with " + arguments.kind() + ", no tuple");
    }
    instantiate(function, items);
  }

  private void instantiate(Pickled function, List<Pickled> arguments) {
    pushNew(objects.call(function, arguments), OBJECT + (long) MEMBER * arguments.size());
  }

  /// Attributes, such as the versions of modules, or a date: none of them counts.
  private void build(Pickled state) {
    switch (stack.top()) {
      case Mapping _, Pickled.Tensor _, Opaque _ -> {}
      case Pickled top ->
          throw in.malformed(
              "%s gets %s as its state, which only dictionaries, tensors and plain data may"
                  .formatted(top.kind(), state.kind()));
    }
  }
}
