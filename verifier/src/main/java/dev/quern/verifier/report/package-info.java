/// What a page about a measured model shows, and the page itself.
///
/// A [dev.quern.verifier.report.ScoreSummary] sums up the scores of positions while a text is
/// walked; [dev.quern.verifier.report.ReportDetails] adds tensors, other candidates and the worst
/// places of the text; [dev.quern.verifier.report.HtmlReport] and
/// [dev.quern.verifier.report.ModelCard] write them down.
@NullMarked
package dev.quern.verifier.report;

import org.jspecify.annotations.NullMarked;
