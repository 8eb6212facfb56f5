/// The schedule of one endpoint's polls, and what polls share.
///
/// Read first: [PollSchedule], [EngineNews].
@NullMarked
package dev.sluice.picker.signals.polling;


import org.jspecify.annotations.NullMarked;
