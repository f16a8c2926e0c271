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

/// A Chromium without a window.
///
/// @param program where it is
record Chromium(Path program) {
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
  record Loaded(String dom, List<String> messages) {}

  /// The first that is on the path.
  static Optional<Chromium> find() {
    List<Path> candidates = new ArrayList<>();
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      NAMES.forEach(name -> candidates.add(Path.of(folder, name)));
    }
    return candidates.stream().filter(Files::isExecutable).findFirst().map(Chromium::new);
  }

  /// Loads `page` and runs its scripts.
  Loaded load(Path page) throws IOException, InterruptedException {
    Path messages = page.resolveSibling("messages.txt");
    String dom = run(page, messages, Scheme.LIGHT, "--dump-dom", "--enable-logging=stderr");
    List<String> lines =
        Files.readAllLines(messages, StandardCharsets.UTF_8).stream()
            .filter(line -> line.contains(":CONSOLE"))
            .toList();
    return new Loaded(dom, lines);
  }

  /// Draws `page`.
  BufferedImage draw(Path page, Scheme scheme) throws IOException, InterruptedException {
    Path image = page.resolveSibling(scheme + ".png");
    run(page, page.resolveSibling("messages.txt"), scheme, "--screenshot=" + image);
    return ImageIO.read(image.toFile());
  }

  private String run(Path page, Path messages, Scheme scheme, String... more)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--headless=new",
                "--no-sandbox", // which needs a user that is not root, and the page is our own
                "--disable-gpu",
                "--hide-scrollbars",
                "--window-size=1220,2600",
                "--virtual-time-budget=2000",
                "--user-data-dir=" + page.resolveSibling("profile"),
                "--blink-settings=preferredColorScheme=" + scheme.number));
    command.addAll(List.of(more));
    command.add(page.toUri().toString());
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
