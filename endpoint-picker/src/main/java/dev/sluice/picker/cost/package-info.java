/// Rates of hardware, learned: the time of a prefill and of a decode step.
///
/// A mutable learner publishes immutable [Rates].
///
/// Read first: [Rates], [RateLearner], [LeastSquares].
@NullMarked
package dev.sluice.picker.cost;

import org.jspecify.annotations.NullMarked;
