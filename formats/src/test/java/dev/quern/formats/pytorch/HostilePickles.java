package dev.quern.formats.pytorch;

import static dev.quern.formats.pytorch.Hostile.TOO_MUCH;
import static dev.quern.formats.pytorch.Hostile.pickle;

import java.util.List;

/// Pickles that want to run something, or to exhaust memory, time or stack.
final class HostilePickles {
  private HostilePickles() {}

  static List<Hostile> calls() {
    return List.of(
        pickle(
            "os.system",
            start().global("posix", "system").op("(").text("touch x").op("tR").stop(),
            asks("posix.system", "GLOBAL at byte 2")),
        pickle(
            "builtins.eval by STACK_GLOBAL",
            start().text("builtins").text("eval").raw(0x93).op("(").text("1").op("tR").stop(),
            asks("builtins.eval", "STACK_GLOBAL at byte 24")),
        pickle(
            "Python 2's eval",
            start().global("__builtin__", "eval").op("(").text("1").op("tR").stop(),
            asks("__builtin__.eval", "GLOBAL at byte 2")),
        pickle(
            "a class by INST",
            start().op("(").text("ls").op("isubprocess\nPopen\n").stop(),
            asks("subprocess.Popen", "INST at byte 10")),
        pickle(
            "a class by OBJ",
            start().op("(").global("os", "popen").text("ls").op("o").stop(),
            asks("os.popen", "GLOBAL at byte 3")),
        pickle(
            "getattr of an allowed name",
            start().global("builtins", "getattr").op("(").global("torch", "Size").stop(),
            asks("builtins.getattr", "GLOBAL at byte 2")),
        pickle(
            "a name through a module of PyTorch's",
            start().text("torch").text("serialization.os.system").raw(0x93).stop(),
            asks("torch.serialization.os.system", "STACK_GLOBAL at byte 40")),
        pickle(
            "a function of numpy's that reads a pickle",
            start().global("numpy", "load").stop(),
            asks("numpy.load", "GLOBAL at byte 2")),
        pickle(
            "a date beside which there is nothing",
            start().global("datetime", "datetime").op(")R}b").stop(),
            "the file holds an object of datetime.datetime, wanted a dictionary of tensors"),
        pickle(
            "a name with a line feed and a bell",
            start().text("os\n\u0007").text("x".repeat(300)).raw(0x93).stop(),
            asks("os\\u000a\\u0007." + "x".repeat(100) + "...", "STACK_GLOBAL at byte 316")),
        pickle(
            "a name of the extension registry",
            start().raw(0x82, 1).stop(),
            at("a name comes from Python's extension registry", "EXT1 at byte 2")),
        pickle(
            "a buffer from outside",
            start().raw(0x97).stop(),
            at("a buffer is wanted that is not in the pickle", "NEXT_BUFFER at byte 2")),
        pickle(
            "a string as function",
            start().text("system").op(")R").stop(),
            at("the string \"system\" is called, wanted a function", "REDUCE at byte 14")),
        pickle(
            "a result as function",
            start().global("torch", "device").op(")R)R").stop(),
            at("a device is called, wanted a function", "REDUCE at byte 19")),
        pickle(
            "a function within a function",
            start()
                .global("torch._tensor", "_rebuild_from_type_v2")
                .op("(")
                .global("torch._tensor", "_rebuild_from_type_v2")
                .op("N)NtR")
                .stop(),
            at(
                "torch._tensor._rebuild_from_type_v2 is called with the function"
                    + " torch._tensor._rebuild_from_type_v2 as argument 1, wanted a function that"
                    + " rebuilds tensors",
                "REDUCE at byte 81")),
        pickle(
            "the state of a function",
            start().global("torch", "Size").op("}b").stop(),
            at(
                "the function torch.Size gets a dictionary as its state, which only dictionaries,"
                    + " tensors and plain data may",
                "BUILD at byte 15")),
        pickle(
            "arguments by name",
            start()
                .global("collections", "OrderedDict")
                .op(")}")
                .text("a")
                .op("Ns")
                .raw(0x92)
                .stop(),
            at(
                "the function collections.OrderedDict is called with arguments by name, wanted none",
                "NEWOBJ_EX at byte 37")));
  }

  static List<Hostile> bombs() {
    PickleBytes memo = start().op("N");
    for (int i = 0; i < 500_000; i++) {
      memo.op("r").int32(i);
    }
    PickleBytes laughs = start().op("]q\1");
    PickleBytes dictionaries = start().op("}q\1");
    for (int i = 0; i < 1000; i++) {
      laughs.op("0(h\1h\1lq\1");
      dictionaries.op("0}").text("a").op("h\1s").text("b").op("h\1sq\1");
    }
    PickleBytes names = start().op("}q\2(");
    for (int i = 0; i < 30_000; i++) {
      names.text("n" + i).op("N");
    }
    names.op("u}(");
    for (int i = 0; i < 30_000; i++) {
      names.text("m" + i).op("h\2");
    }
    return List.of(
        pickle("a memo of 500,000", memo.stop(), "its pickle" + TOO_MUCH),
        pickle(
            "a stack of a million",
            start().repeat(1_100_000, "N").stop(),
            at("more than 1048576 items would lie on the stack", "NONE at byte 1048578")),
        pickle(
            "a million marks",
            start().repeat(1_100_000, "(").stop(),
            at("more than 1048576 marks would lie on the stack", "MARK at byte 1048578")),
        pickle(
            "tuples within tuples",
            start().op(")").repeatRaw(700_000, 0x85).stop(),
            "its pickle" + TOO_MUCH),
        pickle(
            "lists within lists",
            start().repeat(700_000, "]").repeat(699_999, "a").stop(),
            "its pickle" + TOO_MUCH),
        pickle(
            "a list of 2^1000 items",
            laughs.op("0}").text("a").op("h\1s").stop(),
            "the file has no tensors under names; the names in it are a"),
        pickle(
            "a dictionary of 2^1000 members",
            dictionaries.stop(),
            "the file has no tensors under names; the names in it are a, b"),
        pickle("a long list of lists of pairs", pairs().stop(), "its pickle" + TOO_MUCH),
        pickle(
            "many names of one large dictionary",
            names.op("u").stop(),
            "the file has no tensors under names; the names in it are m0, m1, m2, m3, m4, m5 and 29994 more"),
        pickle(
            "a name of a megabyte",
            start().op("}").text("x".repeat(1 << 20)).op("Ns").stop(),
            at("a key has 1048576 characters, wanted at most 4096", "SETITEM at byte 1048585")),
        pickle(
            "a dictionary in itself",
            start().op("}q\1").text("model").op("h\1s").stop(),
            "the file has no tensors under names; the names in it are model"));
  }

  /// A list of 50,000 pairs, made into a dictionary a thousand times.
  private static PickleBytes pairs() {
    PickleBytes pairs = start().text("k").op("N").raw(0x86).op("q\2](");
    pairs.repeat(50_000, "h\2").op("eq\1");
    for (int i = 0; i < 1000; i++) {
      pairs.global("collections", "OrderedDict").op("h\1").raw(0x85).op("R0");
    }
    return pairs;
  }

  static List<Hostile> lengths() {
    return List.of(
        pickle(
            "a number of 2^31 - 1 bytes",
            start().raw(0x8b).int32(Integer.MAX_VALUE).stop(),
            at("a number has 2147483647 bytes, wanted at most 64", "LONG4 at byte 2")),
        pickle(
            "a number of -1 bytes",
            start().raw(0x8b).int32(-1).stop(),
            at("a number has -1 bytes, wanted at most 64", "LONG4 at byte 2")),
        pickle(
            "a number of a thousand digits",
            start().op("L" + "1".repeat(1000) + "L\n").stop(),
            at("a whole number is written \"" + "1".repeat(40) + "...\"", "LONG at byte 2")),
        pickle(
            "a string of 2^32 - 1 bytes",
            start().op("X").int32(-1).stop(),
            at(cut("4294967295", 1), "BINUNICODE at byte 2")),
        pickle(
            "a string of 2^60 bytes",
            start().raw(0x8d).int64(1L << 60).stop(),
            at(cut("1152921504606846976", 1), "BINUNICODE8 at byte 2")),
        pickle(
            "bytes of 2^64 - 1",
            start().raw(0x8e).int64(-1).stop(),
            at(cut("18446744073709551615", 1), "BINBYTES8 at byte 2")),
        pickle(
            "a frame of 2^60 bytes",
            start().raw(0x95).int64(1L << 60).stop(),
            at(
                "a frame of 1152921504606846976 bytes begins at byte 11, wanted at most 67108864",
                "FRAME at byte 2")),
        pickle(
            "a line without end",
            start().op("c" + "x".repeat(70_000)).stop(),
            at("no line ends within 65536 bytes", "GLOBAL at byte 2")),
        pickle(
            "a string that is not UTF-8",
            start().raw(0x8c, 2, 0xc0, 0x80).stop(),
            at("a string is not well-formed UTF-8", "SHORT_BINUNICODE at byte 2")),
        pickle("no end", start().op("N").bytes(), at(cut("1", 0), "at byte 3")),
        pickle("nothing", new byte[0], at(cut("1", 0), "at byte 0")),
        pickle(
            "protocol 9",
            new PickleBytes().raw(0x80, 9).stop(),
            at("the pickle has protocol 9, known are 0 to 5", "PROTO at byte 0")),
        pickle(
            "an unknown opcode",
            start().raw(0xff).stop(),
            at("byte 0xff is no opcode of a pickle", "at byte 2")),
        pickle(
            "an empty stack",
            start().op("0").stop(),
            at("there is no mark on the stack", "POP at byte 2")),
        pickle(
            "a stack that is empty above its mark",
            start().op("N(").raw(0x85).stop(),
            at("the stack is empty above its last mark", "TUPLE1 at byte 4")),
        pickle(
            "an empty memo",
            start().op("j").int32(-1).stop(),
            at("nothing was remembered under 4294967295", "LONG_BINGET at byte 2")),
        pickle(
            "a list as a dictionary",
            start().op("]").text("a").op("Ns").stop(),
            at("members are set in a list of 0, wanted a dictionary", "SETITEM at byte 10")),
        pickle(
            "a dictionary as a list",
            start().op("}Na").stop(),
            at("items are appended to a dictionary, wanted a list", "APPEND at byte 4")),
        pickle(
            "a number",
            start().op("K\1").stop(),
            "the file holds the number 1, wanted a dictionary of tensors"));
  }

  private static String cut(String wanted, int left) {
    return wanted
        + " bytes should follow but only "
        + left
        + " do: the file is cut short or damaged";
  }

  private static PickleBytes start() {
    return new PickleBytes().raw(0x80, 2);
  }

  private static String asks(String name, String where) {
    return at(
        "it asks for " + name + ", which tensors do not need, so nothing of the file is used",
        where);
  }

  private static String at(String problem, String where) {
    return problem + " (" + where + " of m/data.pkl)";
  }
}
