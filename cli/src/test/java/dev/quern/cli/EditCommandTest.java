package dev.quern.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.quern.formats.gguf.GgufFile;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EditCommandTest {
  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void convert() {
    file = TinyModel.gguf(TinyModel.LLAMA, "Q8_0", folder);
  }

  @Test
  void aNameIsChangedInPlaceAndTheModelRunsAsBefore() {
    long size = file.toFile().length();
    String before = Run.of("generate", file, "-p", "the mill", "-n", 4, "--temperature", 0).out();
    assertThat(before).isNotBlank();

    Run run = Run.of("edit", file, "--name", "Mill");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "general.name: \"Mill\" (STRING), was \"Tiny Llama\" (STRING)\n"
                + (file + ": edited in place\n"));
    assertThat(file).hasSize(size);
    assertThat(TinyModel.names(folder)).containsExactly("tiny-llama-Q8_0.gguf");
    assertThat(inspect(file).at("/metadata/general.name").textValue()).isEqualTo("Mill");
    assertThat(Run.of("generate", file, "-p", "the mill", "-n", 4, "--temperature", 0).out())
        .isEqualTo(before);
  }

  @Test
  void aTemplateNeedsANewFileThatCanKeepRoomForTheNext() {
    byte[] before = TinyModel.bytes(file);
    Path template = TinyModel.write(folder.resolve("t.jinja"), "{{ x }}\n".repeat(30));
    Path other = folder.resolve("other.gguf");

    Run refused = Run.of("edit", file, "--chat-template", template);
    Run copied = Run.of("edit", file, "--chat-template", template, "-o", other, "--reserve", 2000);
    TinyModel.write(template, "{{ y }}\n".repeat(200));
    Run inPlace = Run.of("edit", other, "--chat-template", template, "--remove", "general.name");

    assertThat(refused.code()).isEqualTo(1);
    assertThat(refused.err())
        .matches(
            "quern: .*Q8_0.gguf: the new header has \\d+ bytes, and the tensors begin at byte \\d+;"
                + " write a new file with -o \\(--reserve keeps room for later edits\\)\n");
    assertThat(file).hasBinaryContent(before);
    assertThat(copied.code()).as(copied.err()).isZero();
    assertThat(inPlace.code()).as(inPlace.err()).isZero();
    JsonNode metadata = inspect(other).get("metadata");
    assertThat(metadata.get("tokenizer.chat_template").textValue())
        .isEqualTo("{{ y }}\n".repeat(200));
    assertThat(metadata.has("general.name")).isFalse();
  }

  @Test
  void aDryRunSaysWhatWouldHappenAndWritesNothing() {
    byte[] before = TinyModel.bytes(file);

    Run run = Run.of("edit", file, "--set", "a.b=u8:7", "--dry-run", "--json");

    assertThat(run.code()).isZero();
    JsonNode document = TinyModel.json(run.out());
    assertThat(document.get("file").textValue()).isEqualTo(file.toString());
    assertThat(document.get("written").booleanValue()).isFalse();
    assertThat(document.get("fits_in_place").isBoolean()).isTrue();
    assertThat(document.get("header_bytes").longValue()).isPositive();
    assertThat(document.at("/changes/0/key").textValue()).isEqualTo("a.b");
    assertThat(document.at("/changes/0/after").textValue()).isEqualTo("7 (UINT8)");
    assertThat(document.at("/changes/0").has("before")).isFalse();
    assertThat(file).hasBinaryContent(before);
    assertThat(Run.of("edit", file, "--name", "x", "--dry-run").out())
        .endsWith(file + ": fits in place\n");
    assertThat(Run.of("edit", file, "--name", "x".repeat(999), "--dry-run").out())
        .containsPattern("does not fit in place: the new header has \\d+ bytes");
  }

  @Test
  void aJournalWithoutAnEditIsReportedByEveryReader() {
    TinyModel.write(GgufFile.journalOf(file), "x");

    assertThat(Run.of("inspect", file).err())
        .isEqualTo(
            "quern: %s: an edit of it was interrupted; 'quern edit %s' finishes it\n"
                .formatted(file, file));
    assertThat(Run.of("edit", file).err())
        .isEqualTo(
            "quern: "
                + GgufFile.journalOf(file)
                + ": damaged; delete it, and fetch the model again if it does not open\n");
  }

  @Test
  void theFirstPartOfAModelCanBeEdited() {
    Path out = folder.resolve("p/m.gguf");
    Run.of("convert", file, "--to", "COPY", "--split-max-tensors", 9, "-o", out);
    Path first = folder.resolve("p/m-00001-of-00003.gguf");

    assertThat(Run.of("edit", first, "--name", "Mill").code()).isZero();

    JsonNode model = inspect(first);
    assertThat(model.at("/metadata/general.name").textValue()).isEqualTo("Mill");
    assertThat(model.get("tensors")).hasSize(21);
  }

  static Stream<List<String>> refused() {
    return Stream.of(
        List.of("1", "FILE: there is no key nope to remove", "--remove", "nope"),
        List.of(
            "1",
            "FILE: general.alignment says where tensors lie in this file and cannot be edited",
            "--set",
            "general.alignment=int:64"),
        List.of("1", "FILE: exists already; --force replaces it", "--name", "x", "-o", "FILE"),
        List.of("1", "none.txt: no such file or folder", "--chat-template", "none.txt"),
        List.of("2", "--set: \"a=u8:300\": not a value of type u8", "--set", "a=u8:300"),
        List.of("2", "nothing to change: --set, --remove, --chat-template or --name"),
        List.of(
            "2",
            "--reserve needs -o: only a new file can have more room",
            "--name",
            "x",
            "--reserve",
            "9"),
        List.of(
            "2",
            "--reserve is -1, wanted 0 to 4194304",
            "--name",
            "x",
            "-o",
            "y.gguf",
            "--reserve",
            "-1"));
  }

  @ParameterizedTest
  @MethodSource("refused")
  void refusesInALineAndWritesNothing(List<String> one) {
    byte[] before = TinyModel.bytes(file);
    Stream<String> options = one.stream().skip(2).map(this::named);

    Run run = Run.of(Stream.concat(Stream.of("edit", file.toString()), options).toArray());

    assertThat(run.code()).isEqualTo(Integer.parseInt(one.getFirst()));
    assertThat(run.err().lines().findFirst()).contains("quern: " + named(one.get(1)));
    assertThat(file).hasBinaryContent(before);
    assertThat(TinyModel.names(folder)).hasSize(1);
  }

  private String named(String text) {
    return text.replace("FILE", file.toString());
  }

  private static JsonNode inspect(Path file) {
    return TinyModel.json(Run.of("inspect", file, "--json").out());
  }
}
