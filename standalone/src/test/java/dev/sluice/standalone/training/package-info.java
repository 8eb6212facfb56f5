/// The picker as a process, and an Envoy's calls to it: what trains the AOT cache, and what its start is measured with.
///
/// Start with [Training].
@NullMarked
package dev.sluice.standalone.training;

import org.jspecify.annotations.NullMarked;
