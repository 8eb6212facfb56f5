/// `bin/local-cluster`: the cluster for a person.
@NullMarked
package dev.sluice.cluster.app;

import org.jspecify.annotations.NullMarked;
