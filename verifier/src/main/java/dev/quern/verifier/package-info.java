/// What a model lost: perplexity, divergence from its source, gates and reports.
///
/// [Chunks] cuts a tokenized text, [Evaluation] walks one or two [LogitsSource]s over it and gives
/// a [Quality] and passes every position's score to a [PositionSink], [Measurements] name its
/// figures, [Gates] judge them, and a [Report] keeps everything; [JsonReport] and [MarkdownReport]
/// write it down.
@NullMarked
package dev.quern.verifier;

import org.jspecify.annotations.NullMarked;
