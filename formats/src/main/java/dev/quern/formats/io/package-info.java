/// What the readers share: bounded memory, strict UTF-8, and JSON that refuses what it should.
@NullMarked
package dev.quern.formats.io;

import org.jspecify.annotations.NullMarked;
