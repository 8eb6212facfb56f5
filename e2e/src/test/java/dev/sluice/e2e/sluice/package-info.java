/// Sluice as a platform team installs it: by its charts, on a real cluster.
@NullMarked
package dev.sluice.e2e.sluice;

import org.jspecify.annotations.NullMarked;
