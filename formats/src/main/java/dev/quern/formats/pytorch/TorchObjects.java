package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import dev.quern.formats.MalformedFileException;
import dev.quern.formats.pytorch.Pickled.Blob;
import dev.quern.formats.pytorch.Pickled.Mapping;
import dev.quern.formats.pytorch.Pickled.Opaque;
import dev.quern.formats.pytorch.Pickled.Sequence;
import dev.quern.formats.pytorch.Pickled.Text;
import dev.quern.formats.pytorch.Pickled.Tuple;
import dev.quern.formats.pytorch.Pickled.Whole;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/// Makes the records that stand for what the functions of a pickle would return.
final class TorchObjects {
  private final PickleInput in;
  private final LongConsumer charge;

  /// @param charge takes the bytes of what is made beside the record itself
  TorchObjects(PickleInput in, LongConsumer charge) {
    this.in = in;
    this.charge = charge;
  }

  /// The record for a call of `function`, which must be one.
  Pickled call(Pickled function, List<Pickled> arguments) {
    return switch (function) {
      case Pickled.Function(PickleFunction called) -> call(called, arguments);
      case Pickled.Plain(String name) -> new Opaque("an object of " + name);
      case Pickled other -> throw in.malformed(other.kind() + " is called, wanted a function");
    };
  }

  private Pickled call(PickleFunction function, List<Pickled> arguments) {
    return switch (function) {
      case ORDERED_DICT, DICT, COUNTER -> dictionary(function, arguments);
      case DEFAULT_DICT -> new Mapping();
      case SET, FROZENSET -> new Opaque("a set");
      case BYTEARRAY -> new Opaque("bytes");
      case COMPLEX -> new Opaque("a complex number");
      case DEVICE -> new Opaque("a device");
      case ENCODE -> encode(function, arguments);
      case SIZE -> tuple(function, arguments);
      case TENSOR, PARAMETER, BUFFER, REBUILD_PARAMETER, REBUILD_PARAMETER_WITH_STATE ->
          tensor(function, arguments);
      case REBUILD_TENSOR -> view(function, arguments, 4);
      case REBUILD_TENSOR_V2 -> view(function, arguments, 6);
      case REBUILD_TENSOR_V3 -> typedView(function, arguments);
      case REBUILD_FROM_TYPE -> rebuildFromType(function, arguments);
    };
  }

  private Pickled argument(PickleFunction function, List<Pickled> arguments, int index) {
    if (index >= arguments.size()) {
      throw in.malformed(
          "%s is called with %d arguments, wanted at least %d"
              .formatted(function.display(), arguments.size(), index + 1));
    }
    return arguments.get(index);
  }

  private Mapping dictionary(PickleFunction function, List<Pickled> arguments) {
    Mapping made = new Mapping();
    if (arguments.isEmpty()) {
      return made;
    }
    Pickled first = arguments.getFirst();
    if (first instanceof Mapping mapping) {
      return mapping;
    }
    if (first instanceof Sequence list) {
      charge.accept((long) PickleMachine.MEMBER * list.items().size());
      list.items().forEach(pair -> put(function, made, pair));
      return made;
    }
    throw wrong(function, 0, first, "a list of pairs");
  }

  private void put(PickleFunction function, Mapping made, Pickled pair) {
    List<Pickled> items =
        switch (pair) {
          case Tuple(List<Pickled> both) -> both;
          case Sequence list -> list.items();
          default -> List.of();
        };
    if (items.size() != 2) {
      throw wrong(function, 0, pair, "a pair");
    }
    if (items.get(0) instanceof Text(String key)) {
      made.put(key, items.get(1), in);
    }
  }

  private Pickled encode(PickleFunction function, List<Pickled> arguments) {
    if (argument(function, arguments, 0) instanceof Text(String text)) {
      charge.accept(text.length());
      return new Blob(MemorySegment.ofArray(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
    throw wrong(function, 0, arguments.getFirst(), "a string");
  }

  private Tuple tuple(PickleFunction function, List<Pickled> arguments) {
    if (argument(function, arguments, 0) instanceof Tuple tuple) {
      return tuple;
    }
    throw wrong(function, 0, arguments.getFirst(), "a tuple");
  }

  private Pickled tensor(PickleFunction function, List<Pickled> arguments) {
    if (argument(function, arguments, 0) instanceof Pickled.Tensor tensor) {
      return tensor;
    }
    throw wrong(function, 0, arguments.getFirst(), "a tensor");
  }

  private Pickled view(PickleFunction function, List<Pickled> arguments, int count) {
    argument(function, arguments, count - 1);
    checkMetadata(arguments, 6);
    return view(function, arguments, storage(function, arguments).dtype());
  }

  private Pickled typedView(PickleFunction function, List<Pickled> arguments) {
    if (argument(function, arguments, 6) instanceof Pickled.NumberType(DType dtype)) {
      checkMetadata(arguments, 7);
      return view(function, arguments, dtype);
    }
    throw wrong(function, 6, arguments.get(6), "a type of numbers");
  }

  /// Refuses a tensor that is another than the numbers of its storage.
  private void checkMetadata(List<Pickled> arguments, int index) {
    if (arguments.size() <= index || !(arguments.get(index) instanceof Mapping metadata)) {
      return;
    }
    for (String lazy : List.of("neg", "conj")) {
      if (metadata.members().get(lazy) instanceof Pickled.Flag(boolean set) && set) {
        throw in.malformed(
            "a tensor is stored with its \"%s\" bit set, which is not read; save it after torch.resolve_%s"
                .formatted(lazy, lazy));
      }
    }
  }

  private TorchStorage storage(PickleFunction function, List<Pickled> arguments) {
    if (argument(function, arguments, 0) instanceof Pickled.Storage(TorchStorage storage)) {
      return storage;
    }
    throw wrong(function, 0, arguments.getFirst(), "a storage");
  }

  private Pickled view(PickleFunction function, List<Pickled> arguments, DType dtype) {
    if (!(argument(function, arguments, 1) instanceof Whole(long offset))) {
      throw wrong(function, 1, arguments.get(1), "an offset below 2^63");
    }
    TensorView view =
        new TensorView(
            storage(function, arguments),
            dtype,
            offset,
            numbers(function, arguments, 2),
            numbers(function, arguments, 3));
    view.problem()
        .ifPresent(
            problem -> {
              throw in.malformed(problem);
            });
    return new Pickled.Tensor(view);
  }

  private List<Long> numbers(PickleFunction function, List<Pickled> arguments, int index) {
    if (!(argument(function, arguments, index) instanceof Tuple(List<Pickled> items))
        || items.size() > TensorView.MOST_EXTENTS) {
      throw wrong(function, index, arguments.get(index), "a tuple of at most 64 numbers");
    }
    List<Long> numbers = new ArrayList<>();
    for (Pickled item : items) {
      if (!(item instanceof Whole(long number))) {
        throw wrong(function, index, item, "numbers below 2^63");
      }
      numbers.add(number);
    }
    return numbers;
  }

  /// A tensor of a subclass, or with attributes: function, class, arguments, attributes.
  private Pickled rebuildFromType(PickleFunction function, List<Pickled> arguments) {
    if (!(argument(function, arguments, 0) instanceof Pickled.Function(PickleFunction inner))
        || !inner.display().startsWith("torch._utils._rebuild_")) {
      throw wrong(function, 0, arguments.getFirst(), "a function that rebuilds tensors");
    }
    if (!(argument(function, arguments, 2) instanceof Tuple(List<Pickled> items))) {
      throw wrong(function, 2, arguments.get(2), "a tuple");
    }
    return call(inner, items);
  }

  private MalformedFileException wrong(
      PickleFunction function, int index, Pickled found, String wanted) {
    return in.malformed(
        "%s is called with %s as argument %d, wanted %s"
            .formatted(function.display(), found.kind(), index + 1, wanted));
  }
}
