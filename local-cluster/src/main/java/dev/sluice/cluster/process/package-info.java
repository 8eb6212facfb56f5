/// Programs started by this JVM, which end with it however it ends.
///
/// Read first: [ChildProcess].
@NullMarked
package dev.sluice.cluster.process;

import org.jspecify.annotations.NullMarked;
