/// The benchmark measures what polling costs a picker that has nothing else to do.
///
/// Read first: [dev.sluice.bench.polling.IdlePolling].
@NullMarked
package dev.sluice.bench.polling;

import org.jspecify.annotations.NullMarked;
