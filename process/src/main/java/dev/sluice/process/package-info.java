/// Long-running processes: their end, and the supervisor that their loops run their steps under.
///
/// Read first: [Termination], [Supervisor].
@NullMarked
package dev.sluice.process;

import org.jspecify.annotations.NullMarked;
