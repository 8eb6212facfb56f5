/// The images that `bin/images` builds, run as containers.
@NullMarked
package dev.sluice.e2e.image;

import org.jspecify.annotations.NullMarked;
