package dev.quern.formats.hub;

import dev.quern.formats.MalformedFileException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Fetches from the Hub, again where that may help. Any thread may ask.
///
/// The token is sent to the endpoint's own host and to no other. Where a file was found behind a
/// redirect is kept, and found anew when it is refused there.
final class HubClient implements AutoCloseable {
  private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);
  private static final Set<Integer> EXPIRED = Set.of(401, 403, 404, 410);
  private static final Pattern RANGE =
      Pattern.compile("bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18})");
  private static final int MOST_REDIRECTS = 5;
  private static final long LONGEST_PAUSE = 300_000;
  private static final long SECONDS_OF_A_REQUEST = 120;

  private final HubSettings settings;
  private final Map<URI, URI> places = new ConcurrentHashMap<>();
  private final HttpClient client =
      HttpClient.newBuilder()
          .followRedirects(HttpClient.Redirect.NEVER)
          .connectTimeout(Duration.ofSeconds(30))
          .build();

  HubClient(HubSettings settings) {
    this.settings = settings;
  }

  /// What is wanted of a file.
  ///
  /// @param uri where the Hub has it
  /// @param name what messages call it
  /// @param from the first byte, or -1 for all
  /// @param count how many, or how many at most if all are wanted
  private record Wanted(URI uri, Path name, long from, long count) {}

  /// An answer that may be another one later.
  private static final class PassingException extends IOException {
    private static final long serialVersionUID = 1;
    private final long pause;

    /// @param pause milliseconds that the server asks to wait, or -1
    private PassingException(String message, long pause) {
      super(message);
      this.pause = pause;
    }
  }

  /// All of a small file, of at most `most` bytes.
  byte[] all(URI uri, Path name, long most) {
    return fetch(new Wanted(uri, name, -1, most)).body();
  }

  /// How many bytes the file has.
  long size(URI uri, Path name) {
    return Long.parseLong(range(fetch(new Wanted(uri, name, 0, 1))).group(3));
  }

  /// Bytes `from` to `from + count`, which the file must have.
  byte[] part(URI uri, Path name, long from, long count) {
    return fetch(new Wanted(uri, name, from, count)).body();
  }

  private HttpResponse<byte[]> fetch(Wanted wanted) {
    long pause = settings.pause().toMillis();
    for (int attempt = 1; ; attempt++) {
      try {
        HttpResponse<byte[]> response = follow(wanted);
        check(wanted, response);
        return response;
      } catch (IOException e) {
        if (attempt >= settings.attempts()) {
          throw new MalformedFileException(
              wanted.name,
              "cannot be fetched, asked %d times: %s".formatted(attempt, reason(e)),
              e);
        }
        long named = e instanceof PassingException passing ? passing.pause : -1;
        sleep(wanted, Math.min(LONGEST_PAUSE, named >= 0 ? named : pause));
        pause = Math.min(LONGEST_PAUSE, 2 * pause);
      }
    }
  }

  private static String reason(IOException e) {
    return Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName());
  }

  private HttpResponse<byte[]> follow(Wanted wanted) throws IOException {
    URI place = places.getOrDefault(wanted.uri, wanted.uri);
    for (int i = 0; i <= MOST_REDIRECTS; i++) {
      HttpResponse<byte[]> response = send(wanted, place);
      int status = response.statusCode();
      Optional<String> location = response.headers().firstValue("Location");
      if (status >= 301 && status <= 308 && location.isPresent()) {
        place = redirected(wanted, place, location.get());
      } else if (status == 200 || status == 206) {
        places.put(wanted.uri, place);
        return response;
      } else if (PASSING.contains(status)) {
        throw new PassingException("the server answers " + status, retryAfter(response));
      } else if (EXPIRED.contains(status) && !place.equals(wanted.uri)) {
        places.remove(wanted.uri);
        place = wanted.uri;
      } else {
        throw refused(wanted, status);
      }
    }
    throw new MalformedFileException(
        wanted.name, "cannot be fetched: more than " + MOST_REDIRECTS + " redirects");
  }

  private static URI redirected(Wanted wanted, URI from, String location) {
    try {
      URI to = from.resolve(location);
      boolean secure = "https".equals(to.getScheme());
      if (to.getHost() != null && (secure || Objects.equals(to.getScheme(), from.getScheme()))) {
        return to;
      }
    } catch (IllegalArgumentException _) {
      // told below
    }
    throw new MalformedFileException(
        wanted.name, "cannot be fetched: the server redirects to \"" + location + "\"");
  }

  private HttpResponse<byte[]> send(Wanted wanted, URI place) throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(place).header("User-Agent", "quern");
    boolean own =
        Objects.equals(place.getHost(), settings.endpoint().getHost())
            && place.getPort() == settings.endpoint().getPort();
    if (own) {
      settings.token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    }
    if (wanted.from >= 0) {
      long last = wanted.from + wanted.count - 1;
      request.header("Range", "bytes=%d-%d".formatted(wanted.from, last));
    }
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(request.build(), bodies(wanted));
    try {
      return sent.get(SECONDS_OF_A_REQUEST, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          e.getCause() instanceof IOException cause ? reason(cause) : String.valueOf(e.getCause()),
          e);
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw new IOException("no whole answer within " + SECONDS_OF_A_REQUEST + " s", e);
    } catch (InterruptedException e) {
      throw interrupted(wanted, e);
    }
  }

  /// Takes what was asked for, and nothing of other answers.
  private static BodyHandler<byte[]> bodies(Wanted wanted) {
    int expected = wanted.from < 0 ? 200 : 206;
    BodyHandler<byte[]> all = BodyHandlers.limiting(BodyHandlers.ofByteArray(), wanted.count);
    return info ->
        info.statusCode() == expected ? all.apply(info) : BodySubscribers.replacing(new byte[0]);
  }

  private static void check(Wanted wanted, HttpResponse<byte[]> response) throws IOException {
    if (wanted.from < 0) {
      return;
    }
    Matcher range = range(response);
    if (response.statusCode() != 206 || !range.hasMatch()) {
      throw new MalformedFileException(
          wanted.name, "cannot be fetched: the server does not send parts of files");
    }
    long last = wanted.from + wanted.count - 1;
    if (Long.parseLong(range.group(1)) != wanted.from || Long.parseLong(range.group(2)) != last) {
      throw new MalformedFileException(
          wanted.name,
          "the server sends %s, wanted bytes %d to %d".formatted(range.group(), wanted.from, last));
    }
    if (response.body().length != wanted.count) {
      throw new IOException("the connection ended early");
    }
  }

  private static Matcher range(HttpResponse<byte[]> response) {
    Matcher range =
        RANGE.matcher(response.headers().firstValue("Content-Range").orElse("").strip());
    boolean _ = range.matches();
    return range;
  }

  private static long retryAfter(HttpResponse<byte[]> response) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(text -> text.matches("[0-9]{1,6}"))
        .map(text -> 1000 * Long.parseLong(text))
        .orElse(-1L);
  }

  private MalformedFileException refused(Wanted wanted, int status) {
    String why =
        switch (status) {
          case 401, 403 ->
              settings.token().isPresent()
                  ? "the token of HF_TOKEN may not read it; perhaps its terms must be accepted"
                      + " first"
                  : "it wants a token: set HF_TOKEN, and accept its terms if it has some";
          case 404 -> "there is no such file, model or revision";
          case 416 -> "it does not have the bytes that were asked for";
          default -> "unexpected";
        };
    return new MalformedFileException(
        wanted.name, "cannot be fetched, the server answers %d: %s".formatted(status, why));
  }

  private static void sleep(Wanted wanted, long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw interrupted(wanted, e);
    }
  }

  private static MalformedFileException interrupted(Wanted wanted, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new MalformedFileException(wanted.name, "interrupted while it was fetched", e);
  }

  @Override
  public void close() {
    client.shutdownNow();
    client.close();
  }
}
