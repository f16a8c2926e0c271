package dev.quern.formats.pytorch;

import static dev.quern.formats.pytorch.Hostile.pickle;

import java.util.List;

/// Pickles whose storages and tensors are not what the file has.
final class HostileTensors {
  private HostileTensors() {}

  static List<Hostile> storages() {
    return List.of(
        pickle(
            "a persistent id that is a string",
            new PickleBytes().text("0").op("Q").stop(),
            at("a persistent id is the string \"0\"" + WANTED, "BINPERSID at byte 6")),
        pickle(
            "a persistent id in a line",
            new PickleBytes().op("P../../etc/passwd\n").stop(),
            at("a persistent id is the string \"../../etc/passwd\"" + WANTED, "PERSID at byte 0")),
        pickle(
            "a module as persistent id",
            new PickleBytes().op("(").text("module").op("NNNNtQ").stop(),
            at("a persistent id is a tuple of 5" + WANTED, "BINPERSID at byte 17")),
        pickle(
            "a storage of -1 elements",
            new PickleBytes().storage("0", -1).stop(),
            at("a storage would have -1 elements", "BINPERSID at byte 58")),
        pickle(
            "a storage of 2^62 elements",
            new PickleBytes().storage("0", 1L << 62).stop(),
            at("a storage would have 4611686018427387904 elements", "BINPERSID at byte 58")),
        pickle(
            "a storage of 2^59 elements",
            new PickleBytes().storage("0", 1L << 59).stop(),
            at(
                "a storage has 2305843009213693952 bytes, but entry m/data/0 has 24",
                "BINPERSID at byte 58")),
        pickle(
            "a storage that is not in the archive",
            new PickleBytes().storage("1", 6).stop(),
            at("a storage has no entry m/data/1 in the archive", "BINPERSID at byte 58")),
        pickle(
            "a storage outside of the archive",
            new PickleBytes().storage("../../../etc/passwd", 6).stop(),
            at(
                "a storage has no entry m/data/../../../etc/passwd in the archive",
                "BINPERSID at byte 76")),
        pickle(
            "a storage with two sizes",
            new PickleBytes().storage("0", 6).storage("0", 7).stop(),
            at(
                "storage 0 is F32 of 28 bytes here and was F32 of 24 before",
                "BINPERSID at byte 117")));
  }

  private static final String WANTED = ", wanted (\"storage\", type, key, place, elements)";

  static List<Hostile> views() {
    return List.of(
        view(
            "a tensor beyond its storage",
            1,
            "a tensor would end at byte 28 of storage 0, which has 24: F32 offset 1, extents [2, 3], strides [3, 1]",
            new long[] {2, 3},
            3,
            1),
        view(
            "a tensor of 2^60 rows",
            0,
            "a tensor would end at byte 4611686018427387904 of storage 0, which has 24: F32 offset 0, extents [1152921504606846976], strides [1]",
            new long[] {1L << 60},
            1),
        view(
            "a tensor of 2^122 elements",
            0,
            "a tensor would have more than 2^63 bytes: F32 offset 0, extents [2305843009213693952, 2305843009213693952], strides [0, 0]",
            new long[] {1L << 61, 1L << 61},
            0,
            0),
        view(
            "a tensor of 2^62 floats in one",
            0,
            "a tensor would have more than 2^63 bytes: F32 offset 0, extents [4611686018427387904], strides [0]",
            new long[] {1L << 62},
            0),
        view(
            "a stride of 2^62",
            0,
            "a tensor would have more than 2^63 bytes: F32 offset 0, extents [3], strides [4611686018427387904]",
            new long[] {3},
            1L << 62),
        view(
            "an offset of 2^63 - 1",
            Long.MAX_VALUE,
            "a tensor would have more than 2^63 bytes: F32 offset 9223372036854775807, extents [1], strides [1]",
            new long[] {1},
            1),
        view(
            "a negative stride",
            5,
            "a tensor has a negative number in F32 offset 5, extents [6], strides [-1]",
            new long[] {6},
            -1),
        view(
            "a negative extent",
            0,
            "a tensor has a negative number in F32 offset 0, extents [-6], strides [1]",
            new long[] {-6},
            1),
        view(
            "a stride too few",
            0,
            "a tensor has 2 extents and 1 strides, wanted as many of both, at most 64",
            new long[] {2, 3},
            1),
        pickle(
            "a tensor of 65 extents",
            new PickleBytes().tensor(0, new long[65], new long[65]).stop(),
            at(
                "torch._utils._rebuild_tensor_v2 is called with a tuple of 65 as argument 3, wanted a tuple of at most 64 numbers",
                "REDUCE at byte 1410")),
        pickle(
            "a tensor that stands for the negative of its numbers",
            new PickleBytes()
                .global("torch._utils", "_rebuild_tensor_v2")
                .op("(")
                .storage("0", 6)
                .number(0)
                .numbers(6)
                .numbers(1)
                .op("NN}")
                .text("neg")
                .raw(0x88)
                .op("stR")
                .stop(),
            at(
                "a tensor is stored with its \"neg\" bit set, which is not read; save it after torch.resolve_neg",
                "REDUCE at byte 141")),
        pickle(
            "a tensor of nothing",
            new PickleBytes().global("torch._utils", "_rebuild_tensor_v2").op(")R").stop(),
            at(
                "torch._utils._rebuild_tensor_v2 is called with 0 arguments, wanted at least 6",
                "REDUCE at byte 34")),
        pickle(
            "a parameter of parameters of nothing",
            new PickleBytes()
                .global("torch._utils", "_rebuild_parameter")
                .global("torch._utils", "_rebuild_parameter")
                .op("(NNNtR(NNtR")
                .stop(),
            at(
                "torch._utils._rebuild_parameter is called with None as argument 1, wanted a tensor",
                "REDUCE at byte 71")));
  }

  private static Hostile view(
      String name, long offset, String message, long[] extents, long... strides) {
    PickleBytes tensor = new PickleBytes().tensor(offset, extents, strides);
    int where = tensor.bytes().length - 1;
    return pickle(name, tensor.stop(), at(message, "REDUCE at byte " + where));
  }

  private static String at(String problem, String where) {
    return problem + " (" + where + " of m/data.pkl)";
  }
}
