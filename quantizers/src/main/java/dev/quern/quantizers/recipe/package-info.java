/// stub
@NullMarked
package dev.quern.quantizers.recipe;

import org.jspecify.annotations.NullMarked;
