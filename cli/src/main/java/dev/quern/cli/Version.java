package dev.quern.cli;

import picocli.CommandLine.IVersionProvider;

/// What `--version` prints.
final class Version implements IVersionProvider {
  /// Number of this release.
  static String number() {
    String version = Quern.class.getPackage().getImplementationVersion();
    return version == null ? "0.1.0" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "quern " + number(), "Java " + Runtime.version() + ", " + System.getProperty("os.arch")
    };
  }
}
