/// The load: requests planned from a trace or with shared prefixes, and the client that sends them at their times.
///
/// Read first: [Plan], [Client], [Sample].
@NullMarked
package dev.sluice.bench.placement.load;

import org.jspecify.annotations.NullMarked;
