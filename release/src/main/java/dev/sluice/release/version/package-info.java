/// Names of what is released: versions, and references at a registry.
@NullMarked
package dev.sluice.release.version;

import org.jspecify.annotations.NullMarked;
