/// The schedule of an endpoint's polls, and the collaborators that polls share.
///
/// Read first: [PollSchedule], [EngineListener].
@NullMarked
package dev.sluice.picker.signals.polling;

import org.jspecify.annotations.NullMarked;
