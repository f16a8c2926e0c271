package dev.quern.formats;

/// What is known of a tensor without reading it.
///
/// @param name its name in the GGUF, such as `blk.0.attn_q.weight`
/// @param type how its weights are stored; the row length is a whole number of its blocks
/// @param shape extents, row length first
public record TensorInfo(String name, GgmlType type, Shape shape) {
  public TensorInfo {
    type.bytes(shape.rowLength());
  }

  /// Bytes of one row.
  public long rowBytes() {
    return type.bytes(shape.rowLength());
  }

  /// Bytes of all rows, without padding.
  public long bytes() {
    return Math.multiplyExact(rowBytes(), shape.rows());
  }
}
