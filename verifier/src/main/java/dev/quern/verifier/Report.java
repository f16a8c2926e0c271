package dev.quern.verifier;

import dev.quern.verifier.sanity.Sanity;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything that is known of a candidate after it was measured.
///
/// @param made by what, where and how
/// @param sourceModel what the candidate was held against, if anything
/// @param candidate the model in question
/// @param text what it was measured on
/// @param quality how well it predicts
/// @param measuredSpeed how fast it is, if that was measured
/// @param sanity what was found in the candidate's file itself
/// @param verdict what the gates say
public record Report(
    Making made,
    @Nullable ModelFacts sourceModel,
    ModelFacts candidate,
    TextFacts text,
    Quality quality,
    @Nullable Speed measuredSpeed,
    Sanity sanity,
    Verdict verdict) {
  /// The version of the form of `report.json`: it grows when a key changes its meaning or goes.
  public static final int SCHEMA = 1;

  /// The circumstances of a report.
  ///
  /// @param tool name and version of the program
  /// @param arithmetic what the models computed with, such as `float activations, F32 cache`
  /// @param machine where
  public record Making(String tool, String arithmetic, Machine machine) {}

  public Report {
    if ((sourceModel == null) != (quality instanceof Quality.Alone)) {
      throw new IllegalArgumentException(
          "a report has a source if and only if the candidate was held against it");
    }
  }

  /// What the candidate was held against.
  public Optional<ModelFacts> source() {
    return Optional.ofNullable(sourceModel);
  }

  /// How fast the candidate is.
  public Optional<Speed> speed() {
    return Optional.ofNullable(measuredSpeed);
  }
}
