/// What must not cost a client anything: an installed Sluice while parts of it, or of the cluster, are taken away.
@NullMarked
package dev.sluice.e2e.faults;

import org.jspecify.annotations.NullMarked;
