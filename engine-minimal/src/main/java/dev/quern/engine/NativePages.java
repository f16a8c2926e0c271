package dev.quern.engine;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/// What Java cannot ask Linux for: memory in pages of 2 MB, and to let go of the pages of a map.
///
/// Weights that are streamed from such pages arrive up to a quarter faster. Both are wishes:
/// without native access, or on another system, memory comes from the arena and the map keeps its
/// pages, which are the system's to take back at any time.
final class NativePages {
  private static final Path LINUX = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final long PAGE = 2 << 20;
  private static final int READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final int HUGE_PAGES = 14;
  private static final int NOT_NEEDED = 4;

  private NativePages() {}

  /// `bytes` zeros that live as long as `arena`.
  @SuppressWarnings("restricted") // asked first
  static MemorySegment allocate(Arena arena, long bytes) {
    if (bytes < 2 * PAGE || !available()) {
      return arena.allocate(bytes, 64);
    }
    long reserved = Math.addExact(bytes, PAGE);
    MemorySegment mapped =
        call(
            () ->
                (MemorySegment)
                    Calls.MAP.invokeExact(
                        MemorySegment.NULL, reserved, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L));
    if (mapped.address() == -1) {
      return arena.allocate(bytes, 64);
    }
    MemorySegment whole =
        mapped.reinterpret(
            reserved, arena, all -> call(() -> (int) Calls.UNMAP.invokeExact(all, reserved)));
    MemorySegment aligned = whole.asSlice(-whole.address() & (PAGE - 1), bytes);
    advise(aligned, HUGE_PAGES);
    return aligned;
  }

  /// Lets go of the pages of a map; those that are read again come back.
  static void release(MemorySegment mapped) {
    long small = 4096;
    long from = -mapped.address() & (small - 1);
    long bytes = (mapped.byteSize() - from) / small * small;
    if (mapped.isMapped() && bytes >= PAGE && available()) {
      advise(mapped.asSlice(from, bytes), NOT_NEEDED);
    }
  }

  private static boolean available() {
    return NativePages.class.getModule().isNativeAccessEnabled() && Files.exists(LINUX);
  }

  /// A wish: what the call answers does not matter.
  private static void advise(MemorySegment pages, int wish) {
    call(() -> (int) Calls.ADVISE.invokeExact(pages, pages.byteSize(), wish));
  }

  private interface Call<T> {
    T run() throws Throwable;
  }

  private static <T> T call(Call<T> call) {
    try {
      return call.run();
    } catch (Throwable e) {
      throw new IllegalStateException("a call of the C library failed", e);
    }
  }

  /// Found when they are first needed.
  @SuppressWarnings("restricted") // asked before
  private static final class Calls {
    static final MethodHandle MAP =
        find(
            "mmap",
            FunctionDescriptor.of(
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG));
    static final MethodHandle UNMAP =
        find(
            "munmap",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG));
    static final MethodHandle ADVISE =
        find(
            "madvise",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));

    private static MethodHandle find(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
  }
}
