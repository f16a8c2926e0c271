/// What each model family is called and how it computes: the names of its files' tensors, the keys
/// of its configuration, and the traits of its blocks. One file a family, one line in
/// [Architectures].
@NullMarked
package dev.quern.formats.architecture;

import org.jspecify.annotations.NullMarked;
