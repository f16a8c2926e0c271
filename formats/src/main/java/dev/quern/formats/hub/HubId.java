package dev.quern.formats.hub;

import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a model is called on the Hub.
///
/// @param name `owner/name`, or a name alone
/// @param revision a branch, a tag or a commit
/// @param remote true if it shall be fetched whatever is in the cache
public record HubId(String name, String revision, boolean remote) {
  private static final String WORD = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?";
  private static final Pattern ID =
      Pattern.compile(
          "(hf:/{1,2})?((?:" + WORD + "/)?" + WORD + ")(?:@([A-Za-z0-9][A-Za-z0-9._/-]*))?");

  /// The id that `source` spells: `owner/name`, or `hf://owner/name`, each with `@revision` or
  /// without it; empty if it spells none.
  public static Optional<HubId> parse(Path source) {
    Matcher matcher = ID.matcher(source.toString().replace('\\', '/'));
    if (!matcher.matches() || matcher.group().contains("..")) {
      return Optional.empty();
    }
    boolean remote = matcher.group(1) != null;
    if (!remote && !matcher.group(2).contains("/")) {
      return Optional.empty();
    }
    String revision = Optional.ofNullable(matcher.group(3)).orElse("main");
    return Optional.of(new HubId(matcher.group(2), revision, remote));
  }

  /// The name without its owner.
  public String shortName() {
    return name.substring(name.indexOf('/') + 1);
  }

  /// `hf:/owner/name`, for messages about its files.
  public Path path() {
    return Path.of("hf:", name);
  }
}
