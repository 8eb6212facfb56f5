/// Sluice's own `inference.sluice.dev/v1alpha1`: models, priorities, and policies for pools.
@NullMarked
package dev.sluice.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
