/// The lowest layer: files of Debian packages, or an image of somebody else.
@NullMarked
package dev.sluice.images.base;

import org.jspecify.annotations.NullMarked;
