/// The programs that have images, and the processors that those run on.
@NullMarked
package dev.sluice.images.component;

import org.jspecify.annotations.NullMarked;
