/// The commands, and the order of a release.
@NullMarked
package dev.sluice.release.app;

import org.jspecify.annotations.NullMarked;
