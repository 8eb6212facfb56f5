/// What is told of an image beside it: its bill of materials, and how it was made.
@NullMarked
package dev.sluice.images.evidence;

import org.jspecify.annotations.NullMarked;
