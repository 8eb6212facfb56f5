/// Explanations, state dumps and metrics over HTTP.
///
/// Read first: [AdminServer].
@NullMarked
package dev.sluice.picker.admin;

import org.jspecify.annotations.NullMarked;
