/// A model folder as Hugging Face publishes it: which files it has, and its configuration.
@NullMarked
package dev.quern.formats.huggingface;

import org.jspecify.annotations.NullMarked;
