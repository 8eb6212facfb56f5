/// A parsed request, what it says of its priority and objectives, and how it can end.
///
/// Read first: [InferenceRequest], [RequestAttributes], [Outcome].
@NullMarked
package dev.sluice.picker.request;

import org.jspecify.annotations.NullMarked;
