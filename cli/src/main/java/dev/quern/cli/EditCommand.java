package dev.quern.cli;

import dev.quern.converter.ConversionException;
import dev.quern.converter.MetadataEdit;
import dev.quern.formats.MetadataOverride;
import dev.quern.formats.MetadataValue.Text;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `quern edit`: other metadata, the same tensors.
@Command(
    name = "edit",
    mixinStandardHelpOptions = true,
    description = {
      "Changes the metadata of a GGUF: in place, without touching the tensors, where the new header fits before them; else into a new file (-o).",
      "Without changes it finishes an edit that was interrupted."
    })
final class EditCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "FILE", description = "A .gguf file, or the first part of a model.")
  private Path file = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=TYPE:VALUE",
      description = "Set a value; TYPE is int, float, bool, str, or exactly u8 to f64.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = {"--remove", "--remove-metadata"},
      paramLabel = "KEY",
      description = "Remove a value.")
  private List<String> removed = new ArrayList<>();

  @Option(
      names = {"--chat-template", "--chat-template-file"},
      paramLabel = "FILE",
      description = "Set tokenizer.chat_template to the text of a file.")
  private @Nullable Path template;

  @Option(
      names = {"--name", "--general-name"},
      paramLabel = "TEXT",
      description = "Set general.name.")
  private @Nullable String name;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FILE",
      description = "Write a new file instead of changing this one.")
  private @Nullable Path output;

  @Option(
      names = "--reserve",
      paramLabel = "BYTES",
      description = "With -o: keep room, so that later edits fit in place.")
  private int reserve;

  @Option(names = "--force", description = "Replace an existing file.")
  private boolean force;

  @Option(names = "--dry-run", description = "Say what would change and write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  @Override
  public Integer call() {
    List<MetadataOverride> values = values();
    checkReserve();
    boolean nothing = values.isEmpty() && removed.isEmpty() && output == null;
    if (!dryRun && MetadataEdit.finishInterrupted(file)) {
      spec.commandLine().getErr().println("note: " + file + ": finished an interrupted edit");
      if (nothing) {
        return ExitCode.DONE;
      }
    }
    if (nothing) {
      throw new UsageException("nothing to change: --set, --remove, --chat-template or --name");
    }
    try (MetadataEdit edit = MetadataEdit.plan(file, values, removed)) {
      if (!dryRun) {
        apply(edit);
      }
      print(edit);
    }
    return ExitCode.DONE;
  }

  private void apply(MetadataEdit edit) {
    Path target = output;
    if (target != null) {
      requireFree(target);
      edit.writeTo(target, reserve);
    } else if (edit.fitsInPlace()) {
      edit.applyInPlace();
    } else {
      throw new ConversionException(
          "%s: the new header has %d bytes, and the tensors begin at byte %d; write a new file with -o (--reserve keeps room for later edits)"
              .formatted(file, edit.headerBytes(), edit.room()));
    }
  }

  private void requireFree(Path target) {
    if (Files.isDirectory(target)) {
      throw new ConversionException(target + ": is a folder, wanted the name of a file to write");
    }
    if (Files.exists(target) && !force) {
      throw new ConversionException(target + ": exists already; --force replaces it");
    }
  }

  private void checkReserve() {
    if (reserve < 0 || reserve > MetadataEdit.mostReserve()) {
      throw new UsageException(
          "--reserve is " + reserve + ", wanted 0 to " + MetadataEdit.mostReserve());
    }
    if (reserve > 0 && output == null) {
      throw new UsageException("--reserve needs -o: only a new file can have more room");
    }
  }

  private List<MetadataOverride> values() {
    List<MetadataOverride> values = new ArrayList<>();
    for (String text : set) {
      values.add(UsageException.check("--set", () -> MetadataOverride.parse(text)));
    }
    if (template != null) {
      values.add(
          new MetadataOverride("tokenizer.chat_template", new Text(TextFile.read(template))));
    }
    if (name != null) {
      values.add(new MetadataOverride("general.name", new Text(name)));
    }
    return values;
  }

  private void print(MetadataEdit edit) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(document(edit), out);
      return;
    }
    for (MetadataEdit.Change change : edit.changes()) {
      out.printf(
          "%s: %s, was %s%n",
          change.key(), change.after().orElse("removed"), change.before().orElse("not there"));
    }
    out.println(where(edit));
  }

  private String where(MetadataEdit edit) {
    if (output != null) {
      return output + (dryRun ? ": would be written" : ": written");
    }
    if (!edit.fitsInPlace()) {
      return "%s: does not fit in place: the new header has %d bytes, and the tensors begin at byte %d"
          .formatted(file, edit.headerBytes(), edit.room());
    }
    return file + (dryRun ? ": fits in place" : ": edited in place");
  }

  private Map<String, Object> document(MetadataEdit edit) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", file.toString());
    document.put("output", String.valueOf(output == null ? file : output));
    document.put("header_bytes", edit.headerBytes());
    document.put("room", edit.room());
    document.put("fits_in_place", edit.fitsInPlace());
    document.put("written", !dryRun);
    document.put("changes", edit.changes().stream().map(EditCommand::change).toList());
    return document;
  }

  private static Map<String, Object> change(MetadataEdit.Change change) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("key", change.key());
    change.before().ifPresent(value -> document.put("before", value));
    change.after().ifPresent(value -> document.put("after", value));
    return document;
  }
}
