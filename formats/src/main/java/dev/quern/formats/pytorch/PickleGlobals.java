package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Every name of Python's that a pickle may mention, and what stands for it here.
final class PickleGlobals {
  /// What PyTorch calls its types: storages and tensors by the first name, numbers by the others.
  private static final String TYPES =
      """
      Double        F64          float64 double
      Float         F32          float32 float
      Half          F16          float16 half
      BFloat16      BF16         bfloat16
      Long          I64          int64 long
      Int           I32          int32 int
      Short         I16          int16 short
      Char          I8           int8
      Byte          U8           uint8
      Bool          BOOL         bool
      ComplexFloat  C64          complex64 cfloat
      -             U16          uint16
      -             U32          uint32
      -             U64          uint64
      -             F8_E4M3      float8_e4m3fn
      -             F8_E5M2      float8_e5m2
      -             F8_E4M3FNUZ  float8_e4m3fnuz
      -             F8_E5M2FNUZ  float8_e5m2fnuz
      -             F8_E8M0      float8_e8m0fnu
      """;

  private static final Map<String, Pickled> BY_NAME = byName();

  private PickleGlobals() {}

  /// What stands for `module.name`, if a pickle may mention it.
  static Optional<Pickled> find(String module, String name) {
    return Optional.ofNullable(BY_NAME.get(module + "." + name));
  }

  private static Map<String, Pickled> byName() {
    Map<String, Pickled> names = new HashMap<>();
    for (PickleFunction function : PickleFunction.values()) {
      names.put(function.display(), new Pickled.Function(function));
      if (function.module().equals("builtins")) {
        // what Python 2 called it
        String old = function.display().replace("builtins", "__builtin__");
        names.put(old, new Pickled.Function(function));
      }
    }
    TYPES.lines().forEach(line -> addType(line.split(" +"), names));
    for (String untyped : new String[] {"UntypedStorage", "_UntypedStorage"}) {
      names.put("torch.storage." + untyped, new Pickled.StorageType(DType.U8));
    }
    names.put("torch.UntypedStorage", new Pickled.StorageType(DType.U8));
    return Map.copyOf(names);
  }

  private static void addType(String[] words, Map<String, Pickled> names) {
    DType dtype = DType.valueOf(words[1]);
    if (!words[0].equals("-")) {
      for (String module : new String[] {"torch.", "torch.cuda."}) {
        names.put(module + words[0] + "Storage", new Pickled.StorageType(dtype));
        names.put(module + words[0] + "Tensor", new Pickled.NumberType(dtype));
      }
    }
    for (int i = 2; i < words.length; i++) {
      names.put("torch." + words[i], new Pickled.NumberType(dtype));
    }
  }
}
