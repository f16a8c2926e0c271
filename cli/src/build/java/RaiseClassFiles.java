import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/// Rewrites the classes of a library to the format of Java 25, with stack maps, so that the JVM takes
/// them into its cache of loaded classes: it leaves out those whose format is older than Java 6. The
/// code stays as it is; the manifest says what was done. Part of the build, see the module's pom.xml.
///
/// ```
/// java RaiseClassFiles.java lib/picocli.jar
/// ```
final class RaiseClassFiles {
  private static final Attributes.Name CHANGED = new Attributes.Name("Changed-For-Quern");

  private final JarFile jar;
  private final ClassFile format;

  private RaiseClassFiles(JarFile jar) {
    this.jar = jar;
    ClassHierarchyResolver own = ClassHierarchyResolver.ofResourceParsing(this::find);
    this.format =
        ClassFile.of(
            StackMapsOption.GENERATE_STACK_MAPS,
            ClassHierarchyResolverOption.of(
                own.orElse(ClassHierarchyResolver.defaultResolver())));
  }

  /// Rewrites the jar that the argument names, unless that was done before.
  public static void main(String[] arguments) throws IOException {
    Path path = Path.of(arguments[0]);
    Path rewritten = Path.of(arguments[0] + ".new");
    try (JarFile jar = new JarFile(path.toFile())) {
      if (jar.getManifest().getMainAttributes().containsKey(CHANGED)) {
        return;
      }
      try (OutputStream out = Files.newOutputStream(rewritten)) {
        new RaiseClassFiles(jar).rewrite(out);
      }
    }
    Files.move(rewritten, path, StandardCopyOption.REPLACE_EXISTING);
  }

  private void rewrite(OutputStream to) throws IOException {
    List<JarEntry> entries = Collections.list(jar.entries());
    if (entries.stream().anyMatch(entry -> entry.getName().endsWith(".SF"))) {
      throw new IOException(jar.getName() + " is signed");
    }
    try (JarOutputStream out = new JarOutputStream(to)) {
      for (JarEntry entry : entries) {
        JarEntry copy = new JarEntry(entry.getName());
        copy.setTime(entry.getTime());
        out.putNextEntry(copy);
        if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
          manifest().write(out);
        } else {
          out.write(contents(entry));
        }
        out.closeEntry();
      }
    }
  }

  private Manifest manifest() throws IOException {
    Manifest manifest = new Manifest(jar.getManifest());
    manifest.getMainAttributes().put(CHANGED, "the format of its class files is that of Java 25");
    return manifest;
  }

  private byte[] contents(JarEntry entry) throws IOException {
    byte[] bytes;
    try (InputStream in = jar.getInputStream(entry)) {
      bytes = in.readAllBytes();
    }
    String name = entry.getName();
    return name.endsWith(".class") && !name.endsWith("module-info.class") ? raised(bytes) : bytes;
  }

  private byte[] raised(byte[] bytes) {
    ClassModel model = format.parse(bytes);
    ClassTransform version =
        ClassTransform.endHandler(out -> out.withVersion(ClassFile.JAVA_25_VERSION, 0));
    // bodies are taken apart and put together again, as stack maps are made only then
    return format.transformClass(
        model, version.andThen(ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL)));
  }

  private InputStream find(ClassDesc type) {
    String folder = type.packageName().isEmpty() ? "" : type.packageName().replace('.', '/') + "/";
    JarEntry entry = jar.getJarEntry(folder + type.displayName() + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
