/// Which tensor gets which type: the recipes of llama-quantize as tables, and the rules that hold
/// for all of them.
@NullMarked
package dev.quern.quantizers.recipe;

import org.jspecify.annotations.NullMarked;
