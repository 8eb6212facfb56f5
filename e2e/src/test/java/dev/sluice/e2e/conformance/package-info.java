/// The cases by which the Inference Extension of Gateway API judges a gateway, on a real cluster with Sluice installed.
@NullMarked
package dev.sluice.e2e.conformance;

import org.jspecify.annotations.NullMarked;
