/// `bin/local-cluster`: the cluster for a person.
@NullMarked
package dev.sluice.e2e.cluster.app;

import org.jspecify.annotations.NullMarked;
