/// Programs of this machine that are run to the end.
@NullMarked
package dev.sluice.images.process;

import org.jspecify.annotations.NullMarked;
