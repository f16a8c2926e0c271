package dev.quern.formats.pytorch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes zip archives, good ones and others.
final class ZipBytes {
  private final List<Item> items = new ArrayList<>();

  /// An entry as it will be written; a test may change it before.
  static final class Item {
    final String name;
    String localName;
    int flags;
    int method;
    byte[] data;
    long size;
    long compressed;
    int crc;
    long offset = -1;

    Item(String name, byte[] content) {
      this.name = name;
      this.localName = name;
      this.data = content;
      this.size = content.length;
      this.compressed = content.length;
      CRC32 sum = new CRC32();
      sum.update(content);
      this.crc = (int) sum.getValue();
    }

    Item deflate() {
      Deflater deflater = new Deflater(9, true);
      deflater.setInput(data);
      deflater.finish();
      byte[] buffer = new byte[data.length + 100];
      int length = deflater.deflate(buffer);
      deflater.end();
      data = Arrays.copyOf(buffer, length);
      compressed = length;
      method = 8;
      return this;
    }
  }

  /// Adds a stored entry.
  Item add(String name, byte[] content) {
    Item item = new Item(name, content);
    items.add(item);
    return item;
  }

  /// Adds what a file of six floats has besides its pickle.
  ZipBytes withStorage() {
    add("m/data/0", new byte[24]);
    return this;
  }

  ZipBytes with(String name, byte[] content) {
    add(name, content);
    return this;
  }

  /// The archive of a file of PyTorch's with this pickle.
  static byte[] around(byte[] pickle) {
    return new ZipBytes().with("m/data.pkl", pickle).withStorage().bytes();
  }

  byte[] bytes() {
    return bytes(-1, -1);
  }

  /// The archive, whose ZIP64 end says these numbers, if they are not -1.
  byte[] bytes(long count, long directorySize) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PickleBytes directory = new PickleBytes();
    for (Item item : items) {
      long at = item.offset < 0 ? out.size() : item.offset;
      if (item.offset < 0) {
        byte[] local = item.localName.getBytes(UTF_8);
        out.writeBytes(
            new PickleBytes().int32(0x04034b50).raw(20, 0, item.flags, 0, item.method, 0).bytes());
        out.writeBytes(new byte[16]);
        out.writeBytes(new PickleBytes().raw(local.length, local.length >> 8, 0, 0).bytes());
        out.writeBytes(local);
        out.writeBytes(item.data);
      }
      int length = item.name.getBytes(UTF_8).length;
      directory
          .int32(0x02014b50)
          .raw(20, 0, 20, 0, item.flags, 0, item.method, 0, 0, 0, 0, 0)
          .int32(item.crc)
          .int32(-1)
          .int32(-1)
          .raw(length, length >> 8, 28, 0)
          .raw(0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
          .int32(-1)
          .op(item.name)
          .raw(1, 0, 24, 0)
          .int64(item.size)
          .int64(item.compressed)
          .int64(at);
    }
    return end(out, directory.bytes(), count, directorySize);
  }

  private byte[] end(ByteArrayOutputStream out, byte[] directory, long count, long directorySize) {
    long start = out.size();
    out.writeBytes(directory);
    long end = out.size();
    long entries = count < 0 ? items.size() : count;
    out.writeBytes(
        new PickleBytes()
            .int32(0x06064b50)
            .int64(44)
            .raw(45, 0, 45, 0)
            .int64(0)
            .int64(entries)
            .int64(entries)
            .int64(directorySize < 0 ? directory.length : directorySize)
            .int64(start)
            .int32(0x07064b50)
            .int32(0)
            .int64(end)
            .int32(1)
            .int32(0x06054b50)
            .int32(0)
            .int32(-1)
            .int64(-1)
            .raw(0, 0)
            .bytes());
    return out.toByteArray();
  }
}
