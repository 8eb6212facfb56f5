/// The words: every record that crosses two packages, and the ticker and timer through which time enters.
///
/// Read first: [InferenceRequest], [Decision], [Outcome].
@NullMarked
package dev.sluice.picker.model;

import org.jspecify.annotations.NullMarked;
