/// The local cluster as the other tests rely on it, and what a test class needs to run on it.
///
/// Read first: [ClusterNamespace].
@NullMarked
package dev.sluice.e2e.cluster;

import org.jspecify.annotations.NullMarked;
