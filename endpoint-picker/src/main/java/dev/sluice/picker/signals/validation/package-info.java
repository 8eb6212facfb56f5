/// The gate between outside and core: which numbers and texts are sound, and why others are rejected.
///
/// Read first: [Quantity].
@NullMarked
package dev.sluice.picker.signals.validation;

import org.jspecify.annotations.NullMarked;
