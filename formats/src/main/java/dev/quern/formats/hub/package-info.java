/// Models of the Hugging Face Hub, by their ids.
///
/// | place | what is read |
/// |---|---|
/// | `CACHE/models--OWNER--NAME/refs/REVISION` | the commit that a branch or tag stood for when it was fetched |
/// | `CACHE/models--OWNER--NAME/snapshots/COMMIT/` | the files of a commit, as a rule links to `CACHE/models--OWNER--NAME/blobs/`; one that leads out of the model's folder is refused |
/// | `ENDPOINT/api/models/OWNER/NAME/revision/REVISION` | JSON: `sha`, the commit, and `siblings`, whose `rfilename` are the names of its files |
/// | `ENDPOINT/OWNER/NAME/resolve/COMMIT/FILE` | a file, often by a redirect to a store that takes no token |
///
/// Weights are fetched by ranges, in windows of which a few are kept; configuration and tokenizer
/// are kept in a temporary folder until the model is closed.
@NullMarked
package dev.quern.formats.hub;

import org.jspecify.annotations.NullMarked;
