/// JSON files whose parts are asked for by type, within bounded memory.
@NullMarked
package dev.quern.formats.json;

import org.jspecify.annotations.NullMarked;
