package dev.quern.converter;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A server that answers as the Hub does, for one folder, and as it does on bad days. One socket is
/// the Hub; another is the store that it redirects to.
final class TestHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]+)-([0-9]+)");

  private final Path folder;
  private final ServerSocket hub = listen();
  private final ServerSocket store = listen();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicInteger answers = new AtomicInteger();
  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final Trouble trouble;
  private volatile int last = Integer.MAX_VALUE;

  /// What goes wrong.
  enum Trouble {
    NONE,
    /// Every third request is one too many.
    TOO_MANY,
    /// Two of three connections break in the middle of the answer.
    BROKEN,
    /// Every place in the store is refused the second time.
    EXPIRED,
    /// Ranges are not heeded.
    NO_RANGES,
    /// Whoever has no token is refused.
    GATED,
    /// Everything is an error of the server.
    DOWN,
    /// The hub redirects in a circle.
    CIRCLE
  }

  TestHub(Path folder, Trouble trouble) {
    this.folder = folder;
    this.trouble = trouble;
    threads.execute(() -> accept(hub, false));
    threads.execute(() -> accept(store, true));
  }

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String address(ServerSocket socket) {
    return "http://" + socket.getInetAddress().getHostAddress() + ":" + socket.getLocalPort();
  }

  URI endpoint() {
    return URI.create(address(hub));
  }

  /// Every request: `hub` or `store`, the path, the range, and the token.
  List<String> requests() {
    return List.copyOf(requests);
  }

  /// Answers `count` requests more, and then none until it is called again.
  void stopAfter(int count) {
    last = answers.get() + count;
  }

  private void accept(ServerSocket socket, boolean isStore) {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        threads.execute(() -> serve(connection, isStore));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket connection, boolean isStore) {
    try (connection) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(connection.getInputStream(), ISO_8859_1));
      String first = in.readLine();
      if (first == null) {
        return;
      }
      Map<String, String> headers = new HashMap<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
      String path = first.substring(first.indexOf(' ') + 1, first.lastIndexOf(' '));
      String token = headers.getOrDefault("authorization", "no token");
      String range = headers.getOrDefault("range", "all");
      requests.add((isStore ? "store " : "hub ") + path + " " + range + " " + token);
      OutputStream out = connection.getOutputStream();
      answer(path, isStore, range, token, out);
      out.flush();
    } catch (IOException e) {
      // the client went away
    }
  }

  private void answer(String path, boolean isStore, String range, String token, OutputStream out)
      throws IOException {
    int number = answers.incrementAndGet();
    if (trouble == Trouble.DOWN || number > last) {
      status(out, "503 Service Unavailable", "Content-Length: 0");
    } else if (trouble == Trouble.TOO_MANY && number % 3 == 1) {
      status(out, "429 Too Many Requests", "Retry-After: 0", "Content-Length: 0");
    } else if (trouble == Trouble.GATED && !isStore && !token.equals("Bearer secret")) {
      status(out, "401 Unauthorized", "Content-Length: 4");
      out.write("gone".getBytes(ISO_8859_1));
    } else if (path.equals("/api/models/owner/tiny-llama/revision/main")) {
      body(out, list(), "all", number);
    } else if (trouble == Trouble.CIRCLE) {
      status(out, "302 Found", "Location: " + path + "x", "Content-Length: 0");
    } else {
      file(path, isStore, range, number, out);
    }
  }

  private void file(String path, boolean isStore, String range, int number, OutputStream out)
      throws IOException {
    String prefix = "/owner/tiny-llama/resolve/" + COMMIT + "/";
    String name = path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\?.*", "");
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file) || !(isStore || path.startsWith(prefix))) {
      status(out, "404 Not Found", "Content-Length: 9");
      out.write("not found".getBytes(ISO_8859_1));
    } else if (!isStore && name.endsWith(".safetensors")) {
      String to = "Location: %s/%s?use=%d".formatted(address(store), name, number);
      status(out, "302 Found", to, "Content-Length: 21");
      out.write("Found. Redirecting to".getBytes(ISO_8859_1));
    } else if (trouble == Trouble.EXPIRED && isStore && seen(path) > 1) {
      status(out, "403 Forbidden", "Content-Length: 0");
    } else {
      body(out, Files.readAllBytes(file), range, number);
    }
  }

  private long seen(String path) {
    return requests().stream().filter(one -> one.startsWith("store " + path + " ")).count();
  }

  private void body(OutputStream out, byte[] whole, String range, int number) throws IOException {
    Matcher wanted = RANGE.matcher(range);
    int from = 0;
    int end = whole.length;
    if (trouble != Trouble.NO_RANGES && wanted.matches()) {
      from = Integer.parseInt(wanted.group(1));
      end = Math.min(end, Integer.parseInt(wanted.group(2)) + 1);
      String content = "Content-Range: bytes %d-%d/%d".formatted(from, end - 1, whole.length);
      status(out, "206 Partial Content", content, "Content-Length: " + (end - from));
    } else {
      status(out, "200 OK", "Content-Length: " + end);
    }
    int sent = trouble == Trouble.BROKEN && number % 3 != 0 ? (end - from) / 2 : end - from;
    out.write(whole, from, sent);
  }

  private static void status(OutputStream out, String line, String... headers) throws IOException {
    String head = "HTTP/1.1 " + line + "\r\nConnection: close\r\n";
    out.write((head + String.join("\r\n", headers) + "\r\n\r\n").getBytes(ISO_8859_1));
  }

  private byte[] list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files.map(file -> "{\"rfilename\": \"" + file.getFileName() + "\"}").sorted().toList();
      String text = "{\"sha\": \"%s\", \"siblings\": %s}".formatted(COMMIT, names);
      return text.getBytes(ISO_8859_1);
    }
  }

  /// The token that the hub wants when it is gated.
  static Optional<String> token() {
    return Optional.of("secret");
  }

  @Override
  public void close() {
    try {
      hub.close();
      store.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.shutdownNow();
  }
}
