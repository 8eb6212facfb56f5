/// Milliseconds: what a prompt and a token cost on which hardware; a mutable learner that publishes immutable
/// [Rates].
///
/// Read first: [Rates], [Hardware rates][RateBook].
@NullMarked
package dev.sluice.picker.cost;

import org.jspecify.annotations.NullMarked;
