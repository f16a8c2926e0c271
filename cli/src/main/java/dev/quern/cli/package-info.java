/// The commands: each takes options, calls the libraries and prints. Nothing here is needed by a
/// program that uses them.
@NullMarked
package dev.quern.cli;

import org.jspecify.annotations.NullMarked;
