package dev.quern.formats.hub;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// How the Hub is asked.
///
/// @param endpoint its address, without a slash at the end
/// @param token who asks, if that matters
/// @param attempts how often a request is made before it has failed, at least 1
/// @param pause before the second attempt, where the server names no time; each one after waits
///   twice as long
public record HubSettings(URI endpoint, Optional<String> token, int attempts, Duration pause) {
  /// The public Hub, asked up to eight times within about two minutes.
  public static HubSettings of(URI endpoint, Optional<String> token) {
    return new HubSettings(endpoint, token, 8, Duration.ofSeconds(1));
  }
}
