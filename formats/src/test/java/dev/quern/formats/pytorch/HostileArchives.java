package dev.quern.formats.pytorch;

import static dev.quern.formats.pytorch.Hostile.TOO_MUCH;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Archives and sequences that lie about what they hold.
final class HostileArchives {
  private static final byte[] GOOD =
      new PickleBytes().op("}").text("a").tensor(0, new long[] {6}, new long[] {1}).op("s").stop();

  private HostileArchives() {}

  static List<Hostile> zips() {
    byte[] good = ZipBytes.around(GOOD);
    return List.of(
        new Hostile(
            "cut short",
            Arrays.copyOf(good, good.length - 1),
            "the archive has no directory at its end: the file is cut short, fetch it again"),
        slip("../../etc/cron.d/x", "../../etc/cron.d/x"),
        slip("/etc/passwd", "/etc/passwd"),
        slip("m/..", "m/.."),
        slip("C:\\x", "C:\\x"),
        slip("m/data/\u0000", "m/data/\\u0000"),
        changed(
            "two entries of one name",
            zip -> zip.add("m/data/0", new byte[24]),
            "there are two entries m/data/0 (at byte 470)"),
        changed(
            "overlapping storages",
            zip -> zip.add("m/data/1", new byte[24]).offset = 0,
            "entry m/data/1 has another name in its header (at byte 0)"),
        changed(
            "a storage within another",
            zip -> {
              byte[] inner = new ZipBytes().with("m/data/2", new byte[8]).bytes();
              zip.add("m/data/1", Arrays.copyOf(inner, 46));
              zip.add("m/data/2", new byte[8]).offset = 280;
            },
            "entries m/data/1 and m/data/2 overlap (at byte 280)"),
        changed(
            "a storage of 2^60 bytes",
            zip -> {
              ZipBytes.Item item = zip.add("m/data/1", new byte[24]);
              item.size = 1L << 60;
              item.compressed = 1L << 60;
            },
            "entry m/data/1 would have 1152921504606846976 bytes from 280 (at byte 470)"),
        changed(
            "a storage at 2^60",
            zip -> zip.add("m/data/1", new byte[24]).offset = 1L << 60,
            "entry m/data/1 would begin at 1152921504606846976 (at byte 408)"),
        changed(
            "a stored entry with two sizes",
            zip -> zip.add("m/x", new byte[24]).size = 25,
            "entry m/x has two sizes (at byte 465)"),
        changed(
            "an encrypted storage",
            zip -> zip.add("m/x", new byte[24]).flags = 1,
            "entry m/x is encrypted (at byte 465)"),
        new Hostile(
            "2^60 entries",
            new ZipBytes().with("m/data.pkl", GOOD).withStorage().bytes(1L << 60, -1),
            "the directory ends after 2 of 1152921504606846976 entries (at byte 408)"),
        new Hostile(
            "a directory of 2^60 bytes",
            new ZipBytes().with("m/data.pkl", GOOD).withStorage().bytes(-1, 1L << 60),
            "the directory of the archive would have 1152921504606846976 bytes from 242 (at byte 408)"),
        new Hostile(
            "two models",
            new ZipBytes().with("a/data.pkl", GOOD).with("b/data.pkl", GOOD).bytes(),
            "the archive has 2 folders with a data.pkl, a file of PyTorch's has one"),
        new Hostile(
            "no model",
            new ZipBytes().with("META-INF/MANIFEST.MF", GOOD).bytes(),
            "the archive has 0 folders with a data.pkl, a file of PyTorch's has one"),
        changed(
            "a program",
            zip -> zip.add("m/constants.pkl", GOOD),
            "the archive holds a TorchScript program, wanted weights: save its state dict"),
        changed(
            "a byte order in the middle",
            zip -> zip.add("m/byteorder", "middle".getBytes(UTF_8)),
            "m/byteorder says \"middle\", wanted little or big"));
  }

  static List<Hostile> contents() {
    byte[] zeros = new byte[40 << 20];
    return List.of(
        pickle(
            "a deflated bomb",
            item -> item.deflate(),
            zeros,
            "its deflated entries (unpack the archive and store them: zip -0)" + TOO_MUCH),
        pickle(
            "a bomb beyond what deflating can do",
            item -> item.deflate().size = 1L << 40,
            new byte[1000],
            "entry m/data.pkl cannot have 1099511627776 bytes in 11 deflated ones (at byte 0)"),
        pickle(
            "more than was said",
            item -> item.deflate().size = 999,
            new byte[1000],
            "entry m/data.pkl has more than its 999 bytes (at byte 0)"),
        pickle(
            "less than was said",
            item -> item.deflate().size = 1001,
            new byte[1000],
            "entry m/data.pkl has 1000 bytes, wanted 1001 (at byte 0)"),
        pickle(
            "no deflated data",
            item -> {
              item.method = 8;
              item.size = 100;
            },
            "\u07ff\u07ff\u07ff".repeat(8).getBytes(UTF_8),
            "entry m/data.pkl is damaged: it cannot be inflated"),
        pickle(
            "another checksum",
            item -> item.crc++,
            GOOD,
            "entry m/data.pkl is damaged: its checksum is another (at byte 0), fetch the file again"),
        pickle(
            "another method",
            item -> item.method = 14,
            GOOD,
            "entry m/data.pkl is compressed by method 14, known are 0 and 8 (at byte 0)"));
  }

  static List<Hostile> others() {
    return List.of(
        new Hostile(
            "a pointer",
            "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n".getBytes(UTF_8),
            "the file is a Git LFS pointer, not the weights: fetch them with git lfs pull"),
        new Hostile("an empty file", new byte[0], NO_FILE),
        new Hostile("a page", "<html>not found</html>".getBytes(UTF_8), NO_FILE),
        new Hostile(
            "a plain pickle",
            new PickleBytes().raw(0x80, 2).op("}").stop(),
            "the file begins with a pickle of a dictionary, not with PyTorch's magic number: torch.save did not write it"),
        new Hostile(
            "a plain pickle of a program",
            new PickleBytes().raw(0x80, 2).global("os", "system").stop(),
            "it asks for os.system, which tensors do not need, so nothing of the file is used (GLOBAL at byte 2)"),
        sequence(
            "no storages",
            6,
            new byte[0],
            "storage 0 wants 32 bytes but only 0 follow: the file is cut short, fetch it again (at byte 158)"),
        sequence(
            "a cut storage",
            6,
            new PickleBytes().int64(6).raw(1, 2, 3).bytes(),
            "storage 0 wants 32 bytes but only 11 follow: the file is cut short, fetch it again (at byte 158)"),
        sequence(
            "another number of elements",
            6,
            new PickleBytes().int64(1L << 60).int64(0).int64(0).int64(0).bytes(),
            "storage 0 begins with the number of its elements, 1152921504606846976, but its pickle says 6 (at byte 158)"),
        sequence(
            "a storage of 2^59 elements",
            1L << 59,
            new PickleBytes().int64(1L << 59).bytes(),
            "storage 0 wants 2305843009213693960 bytes but only 8 follow: the file is cut short, fetch it again (at byte 158)"),
        tar(
            "a member of 2^60 bytes",
            "\u0080\0\0\0\u0010",
            "member storages would have 1152921504606846976 bytes: the file is cut short or damaged (at byte 0)"),
        tar(
            "no members",
            "00000000000",
            "the archive has no member storages, so PyTorch did not write it"));
  }

  private static final String NO_FILE =
      "neither a zip archive nor a pickle nor a tar archive begins here, so it is no file of PyTorch's (at byte 0)";

  private static Hostile slip(String name, String shown) {
    return changed(
        "an entry " + shown,
        zip -> zip.add(name, new byte[1]),
        "an entry is called \""
            + shown
            + "\", which leads out of the archive (at byte "
            + (440 + name.length() - 1)
            + ")");
  }

  private static Hostile changed(String name, Consumer<ZipBytes> change, String message) {
    ZipBytes zip = new ZipBytes().with("m/data.pkl", GOOD).withStorage();
    change.accept(zip);
    return new Hostile(name, zip.bytes(), message);
  }

  private static Hostile pickle(
      String name, Consumer<ZipBytes.Item> change, byte[] content, String message) {
    ZipBytes zip = new ZipBytes();
    change.accept(zip.add("m/data.pkl", content));
    return new Hostile(name, zip.bytes(), message);
  }

  private static Hostile sequence(String name, long elements, byte[] after, String message) {
    byte[] bytes =
        new PickleBytes()
            .raw(0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19)
            .op(".M")
            .raw(0xe9, 3)
            .op(".}.}")
            .text("a")
            .global("torch._utils", "_rebuild_tensor")
            .op("(")
            .storage("0", elements)
            .op("K\0")
            .numbers(6)
            .numbers(1)
            .op("tRs.](")
            .text("0")
            .op("e.")
            .bytes();
    byte[] file = Arrays.copyOf(bytes, bytes.length + after.length);
    System.arraycopy(after, 0, file, bytes.length, after.length);
    return new Hostile(name, file, message);
  }

  private static Hostile tar(String name, String size, String message) {
    byte[] header = new byte[1024];
    put(header, 0, name.startsWith("no") ? "weights" : "storages");
    put(header, 124, size);
    put(header, 148, "        ");
    int sum = 0;
    for (byte one : header) {
      sum += one & 0xff;
    }
    put(header, 148, "%06o".formatted(sum));
    return new Hostile(name, header, message);
  }

  private static void put(byte[] bytes, int at, String text) {
    for (int i = 0; i < text.length(); i++) {
      bytes[at + i] = (byte) text.charAt(i);
    }
  }
}
