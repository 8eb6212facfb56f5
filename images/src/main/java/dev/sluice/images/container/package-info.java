/// Layers and settings of an image, written or pushed by Jib.
@NullMarked
package dev.sluice.images.container;

import org.jspecify.annotations.NullMarked;
