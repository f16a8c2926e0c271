package dev.quern.formats.modelcard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quern.formats.MetadataValue;
import dev.quern.formats.MetadataValue.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that are wrong, by accident or on purpose: they cost a warning, never the conversion.
@Timeout(60)
class BrokenCardTest {
  private static final ParameterCounts COUNTS = new ParameterCounts(7_000_000_000L, 0, 0, 0);

  @TempDir private Path root;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "name: [",
        "name: 'A",
        "name: A\n  b: c\n d: e",
        "a: b: c",
        "@name: A",
        "name: *nobody",
        "- a\nname: A",
        "name: A\n...\nmore: B",
        "name: \u0001",
        "&a [*a, *b]",
        "word",
        "- list"
      })
  void ignoresACardThatIsNotSoundYaml(String front) throws IOException {
    GeneralMetadata metadata = ofCard("---\n" + front + "\n---\n");

    assertThat(metadata.warnings()).singleElement().asString().startsWith("README.md is ignored");
    assertThat(metadata.warnings().getFirst()).doesNotContain("\n").hasSizeLessThan(400);
    assertThat(metadata.values()).containsEntry("general.name", new Text("Foo 7B"));
  }

  @Test
  void ignoresFrontMatterOfTenMegabytes() throws IOException {
    GeneralMetadata metadata =
        ofCard("---\nname: A\ndescription: " + "x".repeat(10 << 20) + "\n---\n");

    assertThat(metadata.warnings())
        .containsExactly(
            "README.md is ignored: its front matter does not end within 2097152 bytes");
  }

  @Test
  void readsASmallFrontMatterBeforeTenMegabytesOfText() throws IOException {
    GeneralMetadata metadata = ofCard("---\nname: A\n---\n" + "text\n".repeat(2 << 20));

    assertThat(metadata.warnings()).isEmpty();
    assertThat(metadata.values()).containsEntry("general.name", new Text("A"));
  }

  @Test
  void ignoresFrontMatterThatIsNotUtf8() throws IOException {
    byte[] card = "---\nname: caf\u00e9\n---\n".getBytes(StandardCharsets.ISO_8859_1);

    assertThat(of(folder("README.md", card)).warnings())
        .containsExactly("README.md is ignored: its front matter is not UTF-8");
  }

  @Test
  void keepsFrontMatterWithAReplacementCharacter() throws IOException {
    assertThat(ofCard("---\nname: a\ufffdb\n---\n").values())
        .containsEntry("general.name", new Text("a\ufffdb"));
  }

  @Test
  void ignoresABombOfAliases() throws IOException {
    StringBuilder card = new StringBuilder("---\nl0: &l0 [a, b, c, d, e, f, g, h, i]\n");
    for (int i = 1; i < 12; i++) {
      card.append("l%d: &l%d [%s]\n".formatted(i, i, ("*l" + (i - 1) + ", ").repeat(9)));
    }

    GeneralMetadata metadata = ofCard(card + "tags: *l11\nlicense: *l11\n---\n");

    assertThat(metadata.warnings()).singleElement().asString().contains("not sound YAML");
  }

  @Test
  void doesNotRepeatLongTextThroughAliases() throws IOException {
    String text = "x".repeat(1 << 20);
    String card = "---\nname: &n " + text + "\ntags: [" + "*n, ".repeat(20_000) + "]\n---\n";

    GeneralMetadata metadata = ofCard(card);

    assertThat(metadata.values().get("general.tags"))
        .isInstanceOfSatisfying(
            MetadataValue.Array.class, tags -> assertThat(tags.values()).hasSizeLessThan(5));
    assertThat(metadata.warnings()).singleElement().asString().contains("for general.tags");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? ", "!!seq [", "{? ["})
  void ignoresDeepNesting(String open) throws IOException {
    GeneralMetadata metadata = ofCard("---\nx: " + "y\nz:\n  " + open.repeat(100_000) + "\n---\n");

    assertThat(metadata.warnings()).singleElement().asString().contains("not sound YAML");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1:1", "1_", "v1.1", "q4_k", "0x", "1.0e+", "- ", "a-1.1", "\"\\x41\""})
  void survivesEndlessNumbers(String unit) throws IOException {
    String text = unit.repeat(100_000);

    assertThat(ofCard("---\nbase_model: " + text + "\nname: " + text + "\n---\n").values())
        .containsKey("general.size_label");
  }

  @Test
  void survivesListsWithoutEnd() throws IOException {
    GeneralMetadata metadata = ofCard("---\nbase_model: [" + "a/b,".repeat(100_000) + "]\n---\n");

    assertThat(metadata.values())
        .containsEntry("general.base_model.count", new MetadataValue.Uint32(1000));
    assertThat(metadata.warnings())
        .containsExactly(
            "README.md: `base_model` has 100000 entries, of which the first 1000 are kept");
  }

  @Test
  void leavesOutValuesThatAreNoText() throws IOException {
    GeneralMetadata metadata =
        ofCard(
            """
            ---
            name: 7
            author: [a]
            version: 2024-01-01
            organization: {a: b}
            license: [mit, 5, ~]
            description: !!binary aGVsbG8=
            url: !unknown x
            doi: 1.5
            uuid: !!int x
            repo_url: "\\ud800"
            ---
            """);

    assertThat(metadata.values().keySet())
        .containsExactly(
            "general.name", "general.basename", "general.size_label", "general.license");
    assertThat(metadata.values())
        .containsEntry("general.name", new Text("Foo 7B"))
        .containsEntry("general.license", new Text("mit"));
    assertThat(metadata.warnings())
        .contains("README.md: `name` is a number, wanted text; left out")
        .contains("README.md: `version` is a date, wanted text; left out")
        .hasSize(10);
  }

  @Test
  void keepsTheTextsOfAMixedList() throws IOException {
    GeneralMetadata metadata = ofCard("---\ntags: [a, 1, null, [b], {c: d}, 2.5, e]\n---\n");

    assertThat(metadata.values())
        .containsEntry(
            "general.tags", new MetadataValue.Array(8, List.of(new Text("a"), new Text("e"))));
    assertThat(metadata.warnings())
        .containsExactly("README.md: 5 of the values for general.tags are no text; left out");
  }

  @Test
  void leavesOutNumbersThatDoNotFit() throws IOException {
    GeneralMetadata metadata =
        of(
            folder(
                "generation_config.json",
                "{\"top_k\": 50.0, \"top_p\": \"0.9\", \"min_p\": 1e300, \"mirostat\": 4294967296, \"sequence\": 5, \"temperature\": [1]}"
                    .getBytes(StandardCharsets.UTF_8)));

    assertThat(metadata.values()).doesNotContainKey("general.sampling.top_k");
    assertThat(metadata.values().keySet()).noneMatch(key -> key.startsWith("general.sampling"));
    assertThat(metadata.warnings())
        .hasSize(6)
        .contains(
            "generation_config.json: `top_k` is a number, wanted a whole number of 32 bits; left out");
  }

  @Test
  void takesTheLastOfTwoValuesAsPythonDoes() throws IOException {
    GeneralMetadata metadata =
        of(
            folder(
                "generation_config.json",
                "{\"top_k\": 5, \"top_k\": 50}".getBytes(StandardCharsets.UTF_8)));

    assertThat(metadata.values())
        .containsEntry("general.sampling.top_k", new MetadataValue.Int32(50));
    assertThat(metadata.warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "5", "null", "", "{} {}", "{\"temperature\": }", "\u0000"})
  void ignoresBrokenJson(String json) throws IOException {
    Path folder = folder("generation_config.json", json.getBytes(StandardCharsets.UTF_8));
    Files.writeString(folder.resolve("config.json"), json);

    GeneralMetadata metadata = of(folder);

    assertThat(metadata.values().keySet())
        .containsExactly("general.name", "general.basename", "general.size_label");
    assertThat(metadata.warnings()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "[\"a/b\"]", "{}", "false", "\"\\ud800\""})
  void ignoresANameOrPathThatIsNoText(String value) throws IOException {
    String json = "{\"_name_or_path\": " + value + "}";

    GeneralMetadata metadata = of(folder("config.json", json.getBytes(StandardCharsets.UTF_8)));

    assertThat(metadata.values()).containsEntry("general.name", new Text("Foo 7B"));
    assertThat(metadata.warnings()).hasSize(1);
  }

  @Test
  void ignoresFoldersInPlaceOfFiles() throws IOException {
    Path folder = folder("other", new byte[0]);
    Files.createDirectory(folder.resolve("README.md"));
    Files.createDirectory(folder.resolve("config.json"));

    assertThat(of(folder).warnings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "a\\b", "/", "..", "a\u0000b", "c:d"})
  void namesNoFileOutsideTheFolder(String part) throws IOException {
    String quoted = "\"" + part.replace("\\", "\\\\").replace("\u0000", "\\0") + "\"";
    String name =
        ofCard(
                "---\nbasename: %s\nfinetune: %s\nversion: %s\n---\n"
                    .formatted(quoted, quoted, quoted))
            .fileName("Q8_0");

    assertThat(name).doesNotContain("/", "\\", "\u0000", ":").endsWith("-Q8_0");
    assertThat(root.resolve(name).normalize().getParent()).isEqualTo(root);
  }

  @Test
  void namesFilesThatAreNotTooLong() throws IOException {
    String name = ofCard("---\nbasename: " + "模型😀".repeat(1000) + "\n---\n").fileName("Q8_0");

    assertThat(name.getBytes(StandardCharsets.UTF_8)).hasSizeBetween(190, 200);
    assertThat(name).startsWith("模型😀").endsWith("-Q8_0").doesNotContain("\ufffd");
    assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(name)).isTrue();
  }

  @Test
  void namesFilesWithoutBlankParts() throws IOException {
    String name =
        ofCard("---\nname: ''\nversion: ' '\nbasename: ''\nsize_label: ''\n---\n").fileName("F16");

    assertThat(name).isEqualTo("ggml-model-F16");
  }

  private GeneralMetadata ofCard(String card) throws IOException {
    return of(folder("README.md", card.getBytes(StandardCharsets.UTF_8)));
  }

  private static GeneralMetadata of(Path folder) {
    return GeneralMetadata.of(folder, COUNTS, Optional.empty());
  }

  private Path folder(String file, byte[] content) throws IOException {
    Path folder = Files.createDirectory(root.resolve("foo-7B"));
    Files.write(folder.resolve(file), content);
    return folder;
  }
}
