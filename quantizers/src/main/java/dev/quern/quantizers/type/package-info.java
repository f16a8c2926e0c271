/// One codec per tensor type: its byte table, decoding, the scalar encoder that a student can check
/// by hand, and the kernel that does the same many blocks at a time.
///
/// Encoders are exact copies of the reference's sequence of float operations: no fused
/// multiply-add, no sum in another order, ties as there. A kernel puts different blocks in
/// different lanes, so that every lane performs the scalar sequence.
///
/// In a kernel's loops, a vector that the loop carries is an argument where it can be, not the
/// receiver: C2 knows a receiver's class only from where it was made or from a profile, and calls
/// and boxes if it knows neither.
@NullMarked
package dev.quern.quantizers.type;

import org.jspecify.annotations.NullMarked;
