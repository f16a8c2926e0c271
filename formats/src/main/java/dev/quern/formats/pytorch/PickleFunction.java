package dev.quern.formats.pytorch;

/// The functions and classes that a pickle of tensors may call: names, for which [TorchObjects]
/// makes records. None of them is imported or run.
enum PickleFunction {
  ORDERED_DICT("collections", "OrderedDict"),
  COUNTER("collections", "Counter"),
  DEFAULT_DICT("collections", "defaultdict"),
  DICT("builtins", "dict"),
  SET("builtins", "set"),
  FROZENSET("builtins", "frozenset"),
  BYTEARRAY("builtins", "bytearray"),
  COMPLEX("builtins", "complex"),
  ENCODE("_codecs", "encode"),
  SIZE("torch", "Size"),
  DEVICE("torch", "device"),
  TENSOR("torch", "Tensor"),
  PARAMETER("torch.nn.parameter", "Parameter"),
  BUFFER("torch.nn.parameter", "Buffer"),
  REBUILD_TENSOR("torch._utils", "_rebuild_tensor"),
  REBUILD_TENSOR_V2("torch._utils", "_rebuild_tensor_v2"),
  REBUILD_TENSOR_V3("torch._utils", "_rebuild_tensor_v3"),
  REBUILD_PARAMETER("torch._utils", "_rebuild_parameter"),
  REBUILD_PARAMETER_WITH_STATE("torch._utils", "_rebuild_parameter_with_state"),
  REBUILD_FROM_TYPE("torch._tensor", "_rebuild_from_type_v2");

  private final String module;
  private final String function;

  PickleFunction(String module, String function) {
    this.module = module;
    this.function = function;
  }

  /// The module that Python would import.
  String module() {
    return module;
  }

  /// Its name there.
  String function() {
    return function;
  }

  /// Module and name, as in Python.
  String display() {
    return module + "." + function;
  }
}
