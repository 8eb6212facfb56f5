/// The benchmark measures how soon a picker serves, and what its first requests pay for that it has just
/// started.
///
/// Start with [Startup].
@NullMarked
package dev.sluice.bench.startup;

import org.jspecify.annotations.NullMarked;
