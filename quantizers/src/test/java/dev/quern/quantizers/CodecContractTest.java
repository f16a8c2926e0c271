package dev.quern.quantizers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quern.formats.GgmlType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What holds for every codec in the list.
@Tag("lanes")
class CodecContractTest {
  /// Greatest root mean square error of normal weights, over their root mean square.
  private static final Map<GgmlType, Double> BUDGETS = new EnumMap<>(GgmlType.class);

  static {
    BUDGETS.put(GgmlType.F32, 0.0);
    BUDGETS.put(GgmlType.F16, 0.0003);
    BUDGETS.put(GgmlType.BF16, 0.0025);
    BUDGETS.put(GgmlType.Q8_0, 0.007);
    BUDGETS.put(GgmlType.Q4_0, 0.10);
    BUDGETS.put(GgmlType.Q4_1, 0.09);
    BUDGETS.put(GgmlType.Q5_0, 0.05);
    BUDGETS.put(GgmlType.Q5_1, 0.045);
    BUDGETS.put(GgmlType.Q2_K, 0.36);
    BUDGETS.put(GgmlType.Q3_K, 0.18);
    BUDGETS.put(GgmlType.Q4_K, 0.08);
    BUDGETS.put(GgmlType.Q5_K, 0.04);
    BUDGETS.put(GgmlType.Q6_K, 0.02);
    BUDGETS.put(GgmlType.IQ4_NL, 0.10);
    BUDGETS.put(GgmlType.IQ4_XS, 0.10);
    BUDGETS.put(GgmlType.IQ3_S, 0.2);
    BUDGETS.put(GgmlType.IQ3_XXS, 0.25);
    BUDGETS.put(GgmlType.TQ2_0, 1.1);
    BUDGETS.put(GgmlType.TQ1_0, 1.1);
    BUDGETS.put(GgmlType.Q2_0, 1.1);
    BUDGETS.put(GgmlType.Q1_0, 0.65);
    BUDGETS.put(GgmlType.MXFP4, 0.2);
    BUDGETS.put(GgmlType.NVFP4, 0.15);
  }

  static List<BlockCodec> encoders() {
    return BlockCodecs.all().stream().filter(BlockCodec::encodes).toList();
  }

  static List<BlockCodec> codecs() {
    return encoders().stream().filter(codec -> !codec.needsImportance()).toList();
  }

  static List<BlockCodec> needingImportance() {
    return encoders().stream().filter(BlockCodec::needsImportance).toList();
  }

  @ParameterizedTest
  @MethodSource("needingImportance")
  void refusesToEncodeWithoutTheImportanceItNeeds(BlockCodec codec) {
    float[] x = new float[256];
    for (RowEncoder encoder : List.of(codec.newEncoder(), codec.newScalarEncoder())) {
      assertThatThrownBy(() -> encode(codec.type(), encoder, x))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(codec.type() + " needs an importance matrix");
    }
  }

  @Test
  void saysWhichTypesAreOnlyRead() {
    List<BlockCodec> only = BlockCodecs.all().stream().filter(codec -> !codec.encodes()).toList();
    assertThat(only).extracting(BlockCodec::type).containsExactly(GgmlType.Q8_1, GgmlType.Q8_K);
    for (BlockCodec codec : only) {
      String message = codec.type() + " is only read: no encoder writes it";
      assertThatThrownBy(codec::newEncoder)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
      assertThatThrownBy(codec::newScalarEncoder)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(message);
    }
  }

  @Test
  void everyCodecOfThePackageIsInTheList() throws IOException {
    List<String> listed =
        BlockCodecs.all().stream().map(codec -> codec.getClass().getSimpleName()).toList();
    Path classes = Path.of("target/classes/dev/quern/quantizers/type");
    try (Stream<Path> files = Files.list(classes)) {
      List<String> codecs =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".class"))
              .map(name -> name.replace(".class", ""))
              .filter(CodecContractTest::isCodec)
              .toList();
      assertThat(listed).containsExactlyInAnyOrderElementsOf(codecs);
    }
  }

  private static boolean isCodec(String name) {
    try {
      return BlockCodec.class.isAssignableFrom(Class.forName("dev.quern.quantizers.type." + name));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void everyTypeHasOneCodec() {
    assertThat(BlockCodecs.all()).extracting(BlockCodec::type).doesNotHaveDuplicates();
    assertThat(BlockCodecs.of(GgmlType.Q4_K).type()).isEqualTo(GgmlType.Q4_K);
    assertThat(BlockCodecs.find(GgmlType.I32)).isEmpty();
    assertThatThrownBy(() -> BlockCodecs.of(GgmlType.I32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no codec reads or writes I32");
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void decodeOfEncodeStaysWithinBudget(BlockCodec codec) {
    float[] x = Weights.gaussian(1, 256 * 64);
    float[] y = decode(codec, encode(codec.type(), codec.newEncoder(), x), x.length);
    double squares = 0;
    double errors = 0;
    for (int i = 0; i < x.length; i++) {
      squares += x[i] * x[i];
      errors += (y[i] - x[i]) * (y[i] - x[i]);
    }
    assertThat(Math.sqrt(errors / squares)).isLessThanOrEqualTo(BUDGETS.get(codec.type()));
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void kernelWritesTheBytesOfItsScalarTwin(BlockCodec codec) {
    for (int seed = 0; seed < 20; seed++) {
      assertTwinsAgree(codec, Weights.gaussian(seed, 256 * 16), "gaussian " + seed);
      assertTwinsAgree(codec, Weights.mixed(seed, 256 * 32), "mixed " + seed);
      assertTwinsAgree(codec, Weights.anyFinite(seed, 256 * 4), "any " + seed);
    }
  }

  @ParameterizedTest
  @MethodSource("encoders")
  void kernelWritesTheBytesOfItsScalarTwinWithImportance(BlockCodec codec) {
    Random random = new Random(9);
    for (int seed = 0; seed < 10; seed++) {
      float[] importance = new float[1024];
      for (int i = 0; i < importance.length; i++) {
        importance[i] = random.nextInt(8) == 0 ? 0 : (float) Math.exp(4 * random.nextGaussian());
      }
      assertTwinsAgree(codec, Weights.gaussian(seed, 1024 * 4), importance, "gaussian " + seed);
      assertTwinsAgree(codec, Weights.mixed(seed, 1024 * 8), importance, "mixed " + seed);
      assertTwinsAgree(codec, Weights.anyFinite(seed, 1024), importance, "any " + seed);
    }
  }

  private static void assertTwinsAgree(
      BlockCodec codec, float[] x, float[] importance, String what) {
    byte[] kernel = encode(codec.type(), codec.newEncoder(), x, importance);
    byte[] scalar = encode(codec.type(), codec.newScalarEncoder(), x, importance);
    int block = Arrays.mismatch(kernel, scalar) / codec.type().blockBytes();
    assertThat(kernel).as("%s, from block %d", what, block).isEqualTo(scalar);
  }

  private static void assertTwinsAgree(BlockCodec codec, float[] x, String what) {
    byte[] kernel = encode(codec.type(), codec.newEncoder(), x);
    byte[] scalar = encode(codec.type(), codec.newScalarEncoder(), x);
    int block = Arrays.mismatch(kernel, scalar) / codec.type().blockBytes();
    assertThat(kernel).as("%s, from block %d", what, block).isEqualTo(scalar);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void bytesDoNotDependOnHowATensorIsCut(BlockCodec codec) {
    GgmlType type = codec.type();
    float[] x = Weights.mixed(7, 256 * 33);
    byte[] whole = encode(type, codec.newEncoder(), x);
    byte[] cut = new byte[whole.length];
    RowEncoder encoder = codec.newEncoder();
    Random random = new Random(8);
    int at = 0;
    while (at < x.length) {
      int left = (x.length - at) / type.blockSize();
      int n = Math.min(left, 1 + random.nextInt(7)) * type.blockSize();
      encoder.encode(x, at, n, MemorySegment.ofArray(cut), type.bytes(at));
      at += n;
    }
    assertThat(cut).isEqualTo(whole);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void touchesOnlyItsOwnBytes(BlockCodec codec) {
    GgmlType type = codec.type();
    int n = Math.max(1, 256 / type.blockSize()) * type.blockSize() * 3;
    int size = (int) type.bytes(n);
    byte[] out = new byte[size + 40];
    Arrays.fill(out, (byte) 0x55);
    codec.newEncoder().encode(Weights.gaussian(3, n + 5), 5, n, MemorySegment.ofArray(out), 20);
    assertThat(Arrays.copyOf(out, 20)).containsOnly(0x55);
    assertThat(Arrays.copyOfRange(out, size + 20, size + 40)).containsOnly(0x55);

    float[] decoded = new float[n + 10];
    Arrays.fill(decoded, 7);
    codec.decode(MemorySegment.ofArray(out).asSlice(20, size), 0, decoded, 5, n);
    assertThat(Arrays.copyOf(decoded, 5)).containsOnly(7);
    assertThat(Arrays.copyOfRange(decoded, n + 5, n + 10)).containsOnly(7);
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void decodesHeapAndNativeMemoryAlike(BlockCodec codec) {
    float[] x = Weights.gaussian(4, 512);
    byte[] bytes = encode(codec.type(), codec.newEncoder(), x);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment segment = arena.allocate(bytes.length);
      MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
      float[] decoded = new float[x.length];
      codec.decode(segment, 0, decoded, 0, x.length);
      assertThat(decoded).isEqualTo(decode(codec, bytes, x.length));
    }
  }

  @ParameterizedTest
  @MethodSource("codecs")
  void survivesWhatIsNotFinite(BlockCodec codec) {
    float[] x = Weights.gaussian(5, 1024);
    for (int i = 0; i < 1024; i += 32) {
      x[i + i / 32] = i % 96 == 0 ? Float.NaN : i % 96 == 32 ? 1f / 0 : -1f / 0;
    }
    byte[] kernel = encode(codec.type(), codec.newEncoder(), x);
    byte[] scalar = encode(codec.type(), codec.newScalarEncoder(), x);
    assertThat(kernel).hasSameSizeAs(scalar);
  }

  static List<BlockCodec> codecsWithBlocks() {
    return codecs().stream().filter(codec -> codec.type().isQuantized()).toList();
  }

  @ParameterizedTest
  @MethodSource("codecsWithBlocks")
  void refusesPartsOfABlock(BlockCodec codec) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[1024]);
    float[] x = new float[256];
    int n = codec.type().blockSize() - 1;
    assertThatThrownBy(() -> codec.decode(bytes, 0, x, 0, n))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not a whole number of " + codec.type() + " blocks");
    assertThatThrownBy(() -> codec.newEncoder().encode(x, 0, n, bytes, 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] encode(GgmlType type, RowEncoder encoder, float[] x) {
    byte[] out = new byte[(int) type.bytes(x.length)];
    encoder.encode(x, 0, x.length, MemorySegment.ofArray(out), 0);
    return out;
  }

  private static byte[] encode(GgmlType type, RowEncoder encoder, float[] x, float[] importance) {
    byte[] out = new byte[(int) type.bytes(x.length)];
    int n = importance.length;
    for (int at = 0; at < x.length; at += n) {
      encoder.encode(x, at, n, importance, 0, MemorySegment.ofArray(out), type.bytes(at));
    }
    return out;
  }

  private static float[] decode(BlockCodec codec, byte[] bytes, int n) {
    float[] x = new float[n];
    codec.decode(MemorySegment.ofArray(bytes), 0, x, 0, n);
    return x;
  }
}
