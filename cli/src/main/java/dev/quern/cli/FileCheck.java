package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import dev.quern.verifier.SessionLogits;
import dev.quern.verifier.sanity.Finding;
import dev.quern.verifier.sanity.Repetition;
import dev.quern.verifier.sanity.Sanity;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Looks for what is wrong in a model's file, and says so.
///
/// @param threads to compute with
record FileCheck(int threads) {
  private static final int PROMPTS = 4;
  private static final int PROMPT_LENGTH = 16;

  /// Looks at `model` alone.
  Sanity of(ModelView model) {
    try (Steps steps = Steps.of("checking")) {
      return Sanity.of(model, threads, steps::step);
    }
  }

  /// Looks at `model` beside its source, and lets both go on from pieces of a text.
  ///
  /// @param text tokens to take prompts from
  Sanity of(ModelView model, ModelView source, int[] text) {
    Sanity found;
    try (Steps steps = Steps.of("checking")) {
      found = Sanity.of(model, source, threads, steps::step);
    }
    return found.with(repetition(model, source, Repetition.prompts(text, PROMPTS, PROMPT_LENGTH)));
  }

  private List<Finding> repetition(ModelView model, ModelView source, List<int[]> prompts) {
    EngineOptions options = EngineOptions.exact(threads);
    try (LanguageModel candidate = LanguageModel.load(model, options);
        LanguageModel base = LanguageModel.load(source, options)) {
      int positions = Repetition.positions(PROMPT_LENGTH);
      if (positions > candidate.contextLength()) {
        return List.of();
      }
      try (SessionLogits here = SessionLogits.open(candidate, positions);
          SessionLogits there = SessionLogits.open(base, positions)) {
        return Repetition.compare(here, there, prompts).stream().toList();
      }
    }
  }

  /// What was found, for a JSON document.
  static Map<String, Object> document(Sanity sanity) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("faults", sanity.faults());
    document.put(
        "findings",
        sanity.findings().stream()
            .map(
                finding -> {
                  Map<String, Object> one = new LinkedHashMap<>();
                  one.put("severity", finding.isFault() ? "fault" : "note");
                  one.put("check", finding.check());
                  one.put("problem", finding.problem());
                  return one;
                })
            .toList());
    return document;
  }
}
