package dev.quern.verifier.sanity;

import dev.quern.formats.ModelView;
import dev.quern.formats.gguf.GgufModel;
import dev.quern.verifier.Progress;
import java.util.ArrayList;
import java.util.List;

/// What was found in a model's file.
///
/// @param findings in the order of the checks; empty if there is nothing to say
public record Sanity(List<Finding> findings) {
  public Sanity {
    findings = List.copyOf(findings);
  }

  /// Looks at `model` alone: the bytes between and behind its tensors, every block of every tensor,
  /// the vocabulary, the layers that its metadata promises, and its chat templates. Offsets,
  /// overlaps, alignment and the end of the file were checked when it was opened.
  ///
  /// @param threads that read weights
  /// @param progress told of bytes read
  public static Sanity of(ModelView model, int threads, Progress progress) {
    List<Finding> findings = new ArrayList<>();
    if (model instanceof GgufModel file) {
      findings.addAll(FileLayout.findings(file));
    }
    findings.addAll(WeightScan.findings(model, threads, progress));
    findings.addAll(new VocabularyCheck(model).findings());
    findings.addAll(LayerCheck.findings(model));
    findings.addAll(TemplateCheck.alone(model));
    return new Sanity(findings);
  }

  /// The same for a model that has a source: its chat templates must also render as the source's,
  /// and rows that are zero must be zero there.
  public static Sanity of(ModelView model, ModelView source, int threads, Progress progress) {
    List<Finding> findings = new ArrayList<>(of(model, threads, progress).findings);
    findings.addAll(TemplateCheck.against(model, source));
    return new Sanity(findings);
  }

  /// These and `more`.
  public Sanity with(List<Finding> more) {
    List<Finding> all = new ArrayList<>(findings);
    all.addAll(more);
    return new Sanity(all);
  }

  /// The number of findings that stand in the way of publishing.
  public long faults() {
    return findings.stream().filter(Finding::isFault).count();
  }
}
