/// Releases: what `bin/release` brings to a registry.
@NullMarked
package dev.sluice.e2e.release;

import org.jspecify.annotations.NullMarked;
