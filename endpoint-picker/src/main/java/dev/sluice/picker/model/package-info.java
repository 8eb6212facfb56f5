/// The words: every record that crosses two packages, the ticker and timer through which time enters, the supervisor
/// that loops run their steps under, and marks of what has changed.
///
/// Read first: [InferenceRequest], [Decision], [Outcome].
@NullMarked
package dev.sluice.picker.model;

import org.jspecify.annotations.NullMarked;
