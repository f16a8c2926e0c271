package dev.quern.verifier.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/// A Chromium without a window. What it sets up when it starts for the first time it finds again.
///
/// @param program where it is
/// @param profile a folder of its own
record Chromium(Path program, Path profile) {
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  /// Colours that a reader may prefer.
  enum Scheme {
    DARK(0),
    LIGHT(1);

    /// The number by which Chromium knows it.
    private final int number;

    Scheme(int number) {
      this.number = number;
    }
  }

  /// What came of a page.
  ///
  /// @param dom the document after its scripts ran
  /// @param messages what scripts and page reported
  /// @param image how it looks
  record Loaded(String dom, List<String> messages, BufferedImage image) {}

  /// The first that is on the path.
  static Optional<Chromium> find(Path profile) {
    List<Path> candidates = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      NAMES.forEach(name -> candidates.add(Path.of(folder, name)));
    }
    return candidates.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Chromium(program, profile));
  }

  /// Loads `page`, runs its scripts, and draws it.
  Loaded load(Path page, Scheme scheme) throws IOException, InterruptedException {
    Path messages = page.resolveSibling("messages.txt");
    Path image = page.resolveSibling("page.png");
    String dom = run(page, messages, image, scheme);
    List<String> lines =
        Files.readAllLines(messages, StandardCharsets.UTF_8).stream()
            .filter(line -> line.contains(":CONSOLE"))
            .toList();
    return new Loaded(dom, lines, ImageIO.read(image.toFile()));
  }

  private String run(Path page, Path messages, Path image, Scheme scheme)
      throws IOException, InterruptedException {
    List<String> command =
        List.of(
            program.toString(),
            "--headless=new",
            "--no-sandbox", // which needs a user that is not root, and the page is our own
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-extensions",
            "--disable-sync",
            "--no-first-run",
            "--hide-scrollbars",
            "--window-size=1220,2600",
            "--virtual-time-budget=2000",
            "--user-data-dir=" + profile,
            "--blink-settings=preferredColorScheme=" + scheme.number,
            "--dump-dom",
            "--enable-logging=stderr",
            "--screenshot=" + image,
            page.toUri().toString());
    Path out = page.resolveSibling("out.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(messages.toFile())
            .start();
    boolean ended = process.waitFor(60, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    assertThat(ended).as("Chromium ends within a minute").isTrue();
    return Files.readString(out);
  }
}
