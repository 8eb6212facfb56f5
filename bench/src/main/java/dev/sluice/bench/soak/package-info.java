/// An hour of large bodies, cancels and overload, after which nothing of the picker may have grown.
///
/// Read first: [dev.sluice.bench.soak.Soak], [dev.sluice.bench.soak.SoakVerdict].
@NullMarked
package dev.sluice.bench.soak;

import org.jspecify.annotations.NullMarked;
