/// Tasks with one right choice among several: HellaSwag, Winogrande, multiple choice. A model
/// chooses what it finds most likely for its length; nothing is generated.
@NullMarked
package dev.quern.verifier.task;

import org.jspecify.annotations.NullMarked;
