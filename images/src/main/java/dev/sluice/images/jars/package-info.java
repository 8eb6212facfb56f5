/// Jars as they come into images: without native code of other systems, and without generated classes that no code
/// names.
@NullMarked
package dev.sluice.images.jars;

import org.jspecify.annotations.NullMarked;
