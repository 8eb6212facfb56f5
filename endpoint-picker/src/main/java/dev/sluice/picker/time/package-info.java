/// Time enters here, by a clock and a timer.
///
/// Read first: [Ticker], [Timer].
@NullMarked
package dev.sluice.picker.time;

import org.jspecify.annotations.NullMarked;
