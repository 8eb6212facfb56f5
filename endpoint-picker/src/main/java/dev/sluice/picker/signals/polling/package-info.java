/// The event loop of polls, the schedule of one endpoint's polls, and what polls share.
///
/// Read first: [PollLoop], [PollSchedule].
@NullMarked
package dev.sluice.picker.signals.polling;

import org.jspecify.annotations.NullMarked;
