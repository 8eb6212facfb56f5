/// Time enters here: a clock, a timer, and the supervisor that loops run their steps under.
///
/// Read first: [Ticker], [Timer], [Supervisor].
@NullMarked
package dev.sluice.picker.time;

import org.jspecify.annotations.NullMarked;
