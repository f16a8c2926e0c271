@NullMarked
package dev.quern.formats.adapter;

import org.jspecify.annotations.NullMarked;
