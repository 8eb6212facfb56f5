/// The files of a release, written from what is known of it; pure.
@NullMarked
package dev.sluice.release.content;

import org.jspecify.annotations.NullMarked;
