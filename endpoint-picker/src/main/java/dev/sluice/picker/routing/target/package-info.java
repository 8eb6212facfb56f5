/// Target selection chooses the target and the pool of a request, by weights, sessions and tiers.
///
/// Read first: [TargetSelector], [Destinations], [SessionAttempt].
@NullMarked
package dev.sluice.picker.routing.target;

import org.jspecify.annotations.NullMarked;
