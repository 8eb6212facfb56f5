/// The Java runtime of an image: the modules that the programs use, linked for a processor.
@NullMarked
package dev.sluice.images.runtime;

import org.jspecify.annotations.NullMarked;
