/// A run is one workload, one fleet and one contender, in virtual time; and the figures that come of it.
///
/// Start with [Run], which plays, [Result] and [Figures], which remain, and [Trial], several runs on two threads.
@NullMarked
package dev.sluice.lab.run;

import org.jspecify.annotations.NullMarked;
