package dev.quern.cli;

import dev.quern.engine.EngineOptions;
import dev.quern.engine.LanguageModel;
import dev.quern.formats.ModelView;
import dev.quern.formats.imatrix.ImportanceMatrix;
import dev.quern.formats.imatrix.ImportanceSums;
import dev.quern.verifier.Calibration;
import dev.quern.verifier.Chunks;
import dev.quern.verifier.EvaluationText;
import dev.quern.verifier.TokenizedText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Lets a model read texts and measures what its columns are multiplied with.
///
/// @param texts at least one
/// @param context tokens of a piece; 0 for the model's context, at most 512
/// @param chunks the most pieces of each text
/// @param withOutput whether the output matrix is measured too
/// @param threads to compute with
record CalibrationRun(
    List<CalibrationText> texts, int context, int chunks, boolean withOutput, int threads) {
  CalibrationRun {
    texts = List.copyOf(texts);
  }

  /// The matrix of `view`, called `name`; warnings go to `err`.
  ImportanceMatrix of(ModelView view, Path name, PrintWriter err) {
    try (LanguageModel model = LanguageModel.load(view, EngineOptions.exact(threads))) {
      int length = CutOptions.context(context, model, err);
      List<Chunks> pieces = new ArrayList<>();
      for (CalibrationText text : texts) {
        EvaluationText read = EvaluationText.read(text.file());
        pieces.add(TokenizedText.of(read, OpenModel.tokenizer(view)).chunks(length, chunks));
      }
      ImportanceSums sums = new ImportanceSums();
      for (int i = 0; i < pieces.size(); i++) {
        try (Steps steps = Steps.of("calibrating on " + texts.get(i).file().getFileName())) {
          Calibration calibration = new Calibration(model, withOutput, steps::step);
          sums.add(calibration.read(pieces.get(i)), texts.get(i).weight());
        }
      }
      return sums.matrix(name, texts.stream().map(CalibrationText::label).toList(), length);
    }
  }
}
