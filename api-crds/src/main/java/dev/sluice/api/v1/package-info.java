/// Upstream's `inference.networking.k8s.io/v1`, field by field as its schema has it.
@NullMarked
package dev.sluice.api.v1;

import org.jspecify.annotations.NullMarked;
