/// A chat workload, the client that plays it against a URL, and what the client saw.
///
/// Start with [Workload], which says what is asked and when, [LoadGenerator], which plays it, and [LoadSummary].
@NullMarked
package dev.sluice.standalone.load;

import org.jspecify.annotations.NullMarked;
