package dev.quern.formats.pytorch;

import dev.quern.formats.DType;
import java.util.HashMap;
import java.util.Map;

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

  /// What training leaves beside a model: a module, and its classes and functions.
  private static final String PLAIN =
      """
      argparse                 Namespace
      builtins                 list tuple str bytes int float bool object slice range
      collections              deque
      copyreg                  _reconstructor
      datetime                 date datetime time timedelta timezone
      pathlib                  Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath
      pathlib._local           Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath
      numpy                    dtype ndarray
      numpy.core.multiarray    scalar _reconstruct
      numpy._core.multiarray   scalar _reconstruct
      numpy.core.numeric       _frombuffer
      numpy._core.numeric      _frombuffer
      torch.serialization      _get_layout
      pytorch_lightning.callbacks.model_checkpoint     ModelCheckpoint
      pytorch_lightning.callbacks.early_stopping       EarlyStopping
      lightning.pytorch.callbacks.model_checkpoint     ModelCheckpoint
      lightning.pytorch.callbacks.early_stopping       EarlyStopping
      pytorch_lightning.utilities.parsing              AttributeDict
      lightning_fabric.utilities.data                  AttributeDict
      lightning.fabric.utilities.data                  AttributeDict
      """;

  /// What Python 2 called modules that have another name since.
  private static final Map<String, String> OLD_MODULES =
      Map.of("builtins", "__builtin__", "copyreg", "copy_reg");

  private static final Map<String, Pickled> BY_NAME = byName();

  private PickleGlobals() {}

  /// What stands for `module.name`, which the pickle `in` mentions.
  ///
  /// @throws dev.quern.formats.MalformedFileException if it may not
  static Pickled find(String module, String name, PickleInput in) {
    Pickled found = BY_NAME.get(module + "." + name);
    if (found == null) {
      throw in.malformed(
          "it asks for %s.%s, which tensors do not need, so nothing of the file is used"
              .formatted(brief(module), brief(name)));
    }
    return found;
  }

  private static String brief(String name) {
    return name.length() > 100 ? name.substring(0, 100) + "..." : name;
  }

  private static Map<String, Pickled> byName() {
    Map<String, Pickled> names = new HashMap<>();
    for (PickleFunction function : PickleFunction.values()) {
      addName(function.module(), function.function(), new Pickled.Function(function), names);
    }
    PLAIN.lines().forEach(line -> addPlain(line.split(" +"), names));
    TYPES.lines().forEach(line -> addType(line.split(" +"), names));
    for (String untyped : new String[] {"UntypedStorage", "_UntypedStorage"}) {
      names.put("torch.storage." + untyped, new Pickled.StorageType(DType.U8));
    }
    names.put("torch.UntypedStorage", new Pickled.StorageType(DType.U8));
    return Map.copyOf(names);
  }

  private static void addName(
      String module, String name, Pickled value, Map<String, Pickled> names) {
    names.put(module + "." + name, value);
    names.put(OLD_MODULES.getOrDefault(module, module) + "." + name, value);
  }

  private static void addPlain(String[] words, Map<String, Pickled> names) {
    for (int i = 1; i < words.length; i++) {
      addName(words[0], words[i], new Pickled.Plain(words[0] + "." + words[i]), names);
    }
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
