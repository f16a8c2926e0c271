/// Conversion in two steps: a [Planner] turns a request into a [ConversionPlan] that says
/// everything about the output before one weight is read, and a [Conversion] carries it out in one
/// pass.
@NullMarked
package dev.quern.converter;

import org.jspecify.annotations.NullMarked;
