/// The `bin/images` command, and the order in which an image is built.
@NullMarked
package dev.sluice.images.app;

import org.jspecify.annotations.NullMarked;
