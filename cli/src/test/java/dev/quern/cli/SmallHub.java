package dev.quern.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/// A server with one model, `owner/name`, which sends parts of files as the Hub does.
final class SmallHub implements AutoCloseable {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final Path folder;
  private final HttpServer server;
  private final List<String> ranges = Collections.synchronizedList(new ArrayList<>());

  SmallHub(Path folder) {
    this.folder = folder;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  /// What a process needs to know to ask here.
  Map<String, String> environment() {
    InetSocketAddress address = server.getAddress();
    return Map.of(
        "HF_ENDPOINT", "http://" + address.getAddress().getHostAddress() + ":" + address.getPort());
  }

  /// The parts of the weights that were sent.
  List<String> ranges() {
    return List.copyOf(ranges);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      if (path.startsWith("/api/models/")) {
        send(exchange, 200, list().getBytes(UTF_8));
        return;
      }
      byte[] whole = Files.readAllBytes(folder.resolve(path.substring(path.lastIndexOf('/') + 1)));
      String range = exchange.getRequestHeaders().getFirst("Range");
      if (range == null) {
        send(exchange, 200, whole);
        return;
      }
      ranges.add(range);
      String[] ends = range.substring("bytes=".length()).split("-", -1);
      int from = Integer.parseInt(ends[0]);
      int end = Math.min(whole.length, Integer.parseInt(ends[1]) + 1);
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes %d-%d/%d".formatted(from, end - 1, whole.length));
      send(exchange, 206, Arrays.copyOfRange(whole, from, end));
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private String list() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<String> names =
          files.map(file -> "{\"rfilename\": \"" + file.getFileName() + "\"}").sorted().toList();
      return "{\"sha\": \"%s\", \"siblings\": %s}".formatted(COMMIT, names);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
