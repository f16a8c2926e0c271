/// Chat templates, rendered as the programs that run a model render them.
@NullMarked
package dev.quern.verifier.chat;

import org.jspecify.annotations.NullMarked;
