/// The journal keeps the last decisions, in a ring bounded in bytes.
///
/// Read first: [Journal].
@NullMarked
package dev.sluice.picker.journal;

import org.jspecify.annotations.NullMarked;
