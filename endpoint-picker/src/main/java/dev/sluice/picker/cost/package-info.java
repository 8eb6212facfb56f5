/// Milliseconds: what a prompt and a token cost on which hardware; a mutable learner that publishes immutable
/// [Rates].
///
/// Read first: [Rates], [RateLearner], [LeastSquares].
@NullMarked
package dev.sluice.picker.cost;

import org.jspecify.annotations.NullMarked;
